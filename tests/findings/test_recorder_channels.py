"""Recorders and the cameras beside them."""

import pytest
from msgspec.structs import replace

from camscan.findings.recorder_channels import RecorderChannels, place_of
from camscan.model.device import Channels
from camscan.model.finding import Severity
from camscan.model.identity import Band


def recorder(make_device, address, channels, site="Ripon"):
    device = make_device(address, kind="recorder", site=site)
    held = Channels(value=channels, band=Band.PROBABLE, source="xm.channel_num")
    return replace(device, channels=held if channels else None)


@pytest.mark.parametrize(
    ("channels", "cameras", "said"),
    [
        (16, 0, "None of its cameras was seen"),
        (16, 3, "At most 3 of 16 channels can be cameras that were seen; at least 13 are free"),
        (4, 4, "As many cameras as channels were seen"),
        (None, 2, "Whether cameras stand behind it is not known"),
    ],
)
def test_seen_or_not_seen(make_device, make_run, channels, cameras, said):
    devices = [recorder(make_device, "10.0.0.1", channels)]
    devices += [make_device(f"10.0.0.{number + 10}") for number in range(cameras)]
    devices.append(make_device("10.0.1.9", site="Town"))
    (found,) = RecorderChannels().findings(make_run(devices, []))
    assert (found.severity, found.device) == (Severity.INFO, "d-10.0.0.1")
    assert said in found.detail
    assert "never added to cameras" in found.detail


def test_two_recorders_in_one_place_share_its_cameras(make_device, make_run):
    devices = [
        recorder(make_device, "10.0.0.1", 8, site=None),
        recorder(make_device, "10.0.0.2", 8, site=None),
        *(make_device(f"10.0.0.{number}", site=None) for number in range(10, 14)),
    ]
    first, second = RecorderChannels().findings(make_run(devices, []))
    assert "4 cameras and 2 recorders were seen in 10.0.0.0/24" in first.detail
    assert "At most 4 of 16 channels" in second.detail
    mute = [devices[0], recorder(make_device, "10.0.0.2", None, site=None), *devices[2:]]
    more = [make_device(f"10.0.0.{number}", site=None) for number in range(20, 30)]
    found, _ = RecorderChannels().findings(make_run([*mute, *more], []))
    assert "another recorder told no number" in found.detail


def test_places(make_device):
    assert place_of(make_device("10.0.0.1")) == "Ripon"
    assert place_of(make_device("fe80::1%eth0", site=None)) == "fe80::/64"
    assert place_of(replace(make_device("x", site=None), addresses=())) == "no network"
