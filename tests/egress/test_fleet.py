from camscan.egress.fleet import FEWEST, WINDOW, fleets, subject_of
from camscan.egress.talk import talks
from camscan.egress.who import DeviceIndex
from camscan.model.flow import Flow, Origin


def calls(devices, starts, *, peer="36.110.1.1", port=443, name=None):
    flows = [
        Flow(
            source=device.addresses[0], source_mac=None, peer=peer, port=port, protocol="tcp",
            first=start, last=start + 5, packets_out=1, packets_in=0, bytes_out=40, bytes_in=0,
            origin=Origin.SYN, name=name, name_source="sni" if name else None,
        )
        for device, start in zip(devices, starts, strict=True)
    ]  # fmt: skip
    return list(talks(flows, DeviceIndex(devices), {}, watched={d.id: d for d in devices}))


def cameras(make_device, count, maker="Hikvision"):
    return [make_device(f"10.66.1.{n + 10}", maker=maker) for n in range(count)]


def found(devices, talked, start=0.0):
    return fleets(talked, {device.id: device for device in devices}, start)


def test_three_of_five(make_device):
    devices = cameras(make_device, 5)
    (fleet,) = found(devices, calls(devices[:3], [8000.0, 8002.0, 8010.0]))
    assert fleet.devices == tuple(device.id for device in devices[:3])
    assert (fleet.of, fleet.began, fleet.spread, fleet.onset) == (5, 8000.0, 10.0, True)
    assert fleet.text.startswith("3 of 5 devices of Hikvision called 36.110.1.1, the first at")
    assert "none had before" in fleet.text


def test_too_few_or_too_far_apart(make_device):
    devices = cameras(make_device, 4)
    assert found(devices, calls(devices[: FEWEST - 1], [1.0, 2.0])) == ()
    assert found(devices, calls(devices[:3], [0.0, WINDOW, 2 * WINDOW])) == ()


def test_the_largest_group_within_the_window_counts(make_device):
    devices = cameras(make_device, 5)
    (fleet,) = found(devices, calls(devices, [0.0, 5000.0, 5001.0, 5002.0, 90_000.0]))
    assert fleet.devices == tuple(device.id for device in devices[1:4])


def test_makers_are_apart_and_unknown_is_a_maker_of_its_own(make_device):
    mixed = [
        make_device(f"10.66.1.{n}", maker=maker)
        for n, maker in enumerate(["Hikvision", "Hikvision", "Axis"], 10)
    ]
    assert found(mixed, calls(mixed, [1.0, 2.0, 3.0])) == ()
    nameless = cameras(make_device, 3, maker=None)
    (fleet,) = found(nameless, calls(nameless, [100.0, 101.0, 102.0]))
    assert "unknown maker" in fleet.text


def test_several_ports_of_one_destination_are_one_fleet(make_device):
    devices = cameras(make_device, 3)
    talked = calls(devices, [1.0, 2.0, 3.0]) + calls(devices, [4.0, 5.0, 6.0], port=80)
    (fleet,) = found(devices, talked)
    assert len(fleet.talks) == 6


def test_what_was_there_from_the_start_did_not_begin(make_device):
    devices = cameras(make_device, 3)
    (fleet,) = found(devices, calls(devices, [1000.0, 1001.0, 1002.0]), start=990.0)
    assert not fleet.onset
    assert "none had before" not in fleet.text


def test_subject():
    assert subject_of("a.example", "36.110.1.1") == "a.example"
    assert subject_of(None, "36.110.1.1") == "36.110.1.1"
