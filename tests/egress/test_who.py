import msgspec
import pytest

from camscan.egress.who import DeviceIndex, Held
from camscan.model.flow import Flow, Origin

MAC, SECOND, ROUTER = "c4:2f:90:00:00:01", "c4:2f:90:00:00:02", "02:00:00:00:00:fe"


def flow(source, mac):
    return Flow(
        source=source, source_mac=mac, peer="36.110.1.1", port=443, protocol="tcp", first=1.0,
        last=2.0, packets_out=1, packets_in=1, bytes_out=1, bytes_in=1, origin=Origin.SYN,
    )  # fmt: skip


@pytest.fixture
def cameras(make_device):
    return make_device("10.66.1.10", mac=MAC), make_device("10.66.1.11", mac=SECOND)


def test_the_mac_goes_before_the_address(cameras):
    first, second = cameras
    index = DeviceIndex(cameras, flows=[flow("10.66.1.11", MAC)])
    assert index.find("10.66.1.11", MAC) is first
    assert index.find("10.66.1.11", None) is second


def test_a_router_names_nobody(make_device):
    devices = [make_device(f"10.66.1.{host}", mac=f"c4:2f:90:00:00:{host}") for host in (10, 11)]
    router = make_device("10.66.0.1", "other", mac=ROUTER)
    flows = [flow(f"10.66.1.{host}", ROUTER) for host in (10, 11)]
    index = DeviceIndex([*devices, router], flows=flows)
    assert index.find("10.66.1.10", ROUTER) is devices[0]
    assert index.find("10.66.1.77", ROUTER) is None


def test_one_behind_a_router_is_found_by_its_address(cameras):
    index = DeviceIndex(cameras, flows=[flow("10.66.1.10", ROUTER)])
    assert index.find("10.66.1.10", ROUTER) is cameras[0]


def test_an_address_that_another_machine_took_is_not_the_camera(cameras):
    flows = [flow("10.66.1.77", MAC), flow("10.66.1.10", "02:00:00:00:00:99")]
    index = DeviceIndex(cameras, flows=flows)
    assert index.find("10.66.1.77", MAC) is cameras[0]
    assert index.find("10.66.1.10", "02:00:00:00:00:99") is None


def test_leases_say_who_had_an_address_when(cameras):
    first, second = cameras
    holdings = [
        Held(address="10.66.1.50", mac=MAC, since=100.0),
        Held(address="10.66.1.50", mac=SECOND.upper(), since=200.0),
    ]
    index = DeviceIndex(cameras, holdings=holdings)
    assert index.find("10.66.1.50", None, 50.0) is None
    assert index.find("10.66.1.50", None, 150.0) is first
    assert index.find("10.66.1.50", None, 250.0) is second


def test_several_inventories_the_nearest_in_time_counts(make_device):
    old = make_device("10.66.1.10", maker="Dahua")
    new = make_device("10.66.1.10", maker="Axis", others=("10.66.1.12",), mac=MAC)
    old, new = (
        msgspec.structs.replace(device, id=f"d-{when}")
        for device, when in ((old, "old"), (new, "new"))
    )
    index = DeviceIndex([old, new], seen={"d-old": 1000.0, "d-new": 5000.0})
    assert index.find("10.66.1.10", None, 1200.0).id == "d-old"
    assert index.find("10.66.1.10", None, 9000.0).id == "d-new"
    assert index.find("10.66.1.10", None, 3000.0) is None
