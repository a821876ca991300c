"""Networks that the user spoke of."""

from camscan.config import NetworkConfig
from camscan.findings.networks import Networks, is_equipment

OFFICE = NetworkConfig(name="Office", cidr="10.0.0.0/8", cameras="none")
CAMERAS = NetworkConfig(name="Cameras", cidr="10.1.0.0/16", cameras="expected")
SILENT = NetworkConfig(name="Guests", cidr="10.1.2.0/24", reaches_cameras=False)
SIX = NetworkConfig(name="Six", cidr="2001:db8::/32", cameras="none")


def test_the_narrowest_of_those_that_say_something():
    networks = Networks([OFFICE, CAMERAS, SILENT, SIX], lambda one: one.cameras is not None)
    assert networks.of("10.1.2.3") == CAMERAS
    assert networks.of("10.2.0.1") == OFFICE
    assert networks.of("2001:db8::1%eth0") == SIX
    assert networks.of("192.0.2.1") is None
    assert networks.of("camera-1") is None
    assert networks.names == ("Six", "Cameras", "Office")
    assert not Networks([SILENT], lambda one: one.cameras is not None)


def test_equipment(make_device):
    kinds = ("camera", "recorder", "encoder", "intercom", "vms", "other", None)
    found = [kind for kind in kinds if is_equipment(make_device("10.0.0.1", kind=kind))]
    assert found == ["camera", "recorder", "encoder", "intercom"]
