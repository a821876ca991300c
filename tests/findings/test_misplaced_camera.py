"""Cameras where none belongs."""

from camscan.config import NetworkConfig
from camscan.findings.misplaced_camera import MisplacedCamera
from camscan.model.finding import Severity

OFFICE = NetworkConfig(name="Office", cidr="10.0.0.0/8", cameras="none")
CAMERAS = NetworkConfig(name="Cameras", cidr="10.1.0.0/16", cameras="expected")


def test_the_narrowest_network_counts(make_device, make_run):
    devices = [
        make_device("10.1.0.5"),
        make_device("10.2.0.5"),
        make_device("10.2.0.6", kind="vms"),
    ]
    run = make_run(devices, [])
    rule = MisplacedCamera([OFFICE, CAMERAS])
    (found,) = rule.findings(run)
    assert (found.device, found.severity) == ("d-10.2.0.5", Severity.MEDIUM)
    assert "10.2.0.5 is in Office (10.0.0.0/8)" in found.detail
    assert list(rule.skips(run)) == []


def test_without_a_word_it_says_what_to_write(make_device, make_run):
    run = make_run([make_device("10.1.0.5")], [])
    rule = MisplacedCamera([NetworkConfig(name="Guests", cidr="10.0.0.0/8", reaches_cameras=False)])
    assert list(rule.findings(run)) == []
    (skip,) = rule.skips(run)
    assert (skip.subject, skip.what) == ("camscan.toml", "misplaced-camera")
    assert 'write name, cidr, and cameras = "none"' in skip.reason


def test_devices_of_no_such_network_are_named(make_device, make_run):
    run = make_run([make_device("10.1.0.5"), make_device("192.168.0.5")], [])
    (skip,) = MisplacedCamera([CAMERAS]).skips(run)
    assert skip.subject == "1 device"
    assert skip.reason.endswith("holds its address: 192.168.0.5")
