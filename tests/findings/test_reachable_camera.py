"""Cameras that are reached from where they should not be."""

from msgspec.structs import replace

from camscan.config import NetworkConfig
from camscan.findings.reachable_camera import ReachableCamera, vantage_of
from camscan.model.conversation import Direction, Verdict
from camscan.model.device import Port
from camscan.model.finding import Severity
from camscan.model.run import MergedRun

GUESTS = NetworkConfig(name="Guests", cidr="10.30.0.0/16", reaches_cameras=False)
ADMINS = NetworkConfig(name="Admins", cidr="10.30.9.0/24", reaches_cameras=True)
HTTP = Port(port=80, transport="tcp", service="http", status="open")


def from_(run, vantage):
    return replace(run, run=replace(run.run, scope=replace(run.run.scope, vantage=vantage)))


def opened(make_device, address, **more):
    closed = replace(HTTP, port=23, status="closed")
    return replace(make_device(address, **more), ports=(closed, HTTP))


def test_an_open_port_seen_from_there(make_device, make_run):
    devices = [
        opened(make_device, "10.1.0.5"),
        make_device("10.1.0.6"),
        opened(make_device, "10.30.0.7"),
        opened(make_device, "10.1.0.8", kind="other"),
    ]
    rule = ReachableCamera([GUESTS])
    run = from_(make_run(devices, []), "Guests")
    (found,) = rule.findings(run)
    assert (found.device, found.severity) == ("d-10.1.0.5", Severity.HIGH)
    assert "open to a scan from there: 80/tcp" in found.detail
    assert "23/tcp" not in found.detail
    assert list(rule.skips(run)) == []
    assert list(rule.findings(from_(run, "Admins"))) == []


def test_traffic_that_a_camera_answered(make_device, make_run, talk):
    given = {"verdict": Verdict.INTERNAL, "direction": Direction.IN, "port": 554}
    talks = [
        talk("10.1.0.5", peer="10.30.0.77", **given),
        talk("10.1.0.5", peer="10.30.9.77", number=2, **given),
        talk("10.1.0.6", peer="10.30.0.77", **given | {"packets_out": 0, "bytes_out": 0}),
        talk("10.1.0.7", peer="10.30.0.77", **given | {"direction": Direction.OUT}),
    ]
    run = make_run([make_device(f"10.1.0.{n}") for n in (5, 6, 7)], talks)
    rule = ReachableCamera([GUESTS, ADMINS])
    (found,) = rule.findings(run)
    assert found.device == "d-10.1.0.5"
    assert "it answered 10.30.0.77 on 554/tcp, first at 2026-11-24 02:13:00 UTC" in found.detail
    assert found.evidence == ("c-10.1.0.5-1",)
    assert list(rule.skips(run)) == []


def test_what_could_not_be_looked_at(make_device, make_run):
    run = make_run([make_device("10.1.0.5")], [])
    (skip,) = ReachableCamera([ADMINS]).skips(run)
    assert "reaches_cameras = false" in skip.reason
    (skip,) = ReachableCamera([GUESTS]).skips(from_(run, "Admins"))
    assert "scan from there with --vantage NAME" in skip.reason
    parts = tuple(
        MergedRun(run=one.run, coverage=one.coverage)
        for one in (from_(run, "Guests"), from_(run, "Admins"))
    )
    merged = replace(run, merged=parts)
    assert vantage_of(merged) is None
    (skip,) = ReachableCamera([GUESTS]).skips(merged)
    assert "report each by itself" in skip.reason
