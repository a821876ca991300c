from camscan.egress.fleet import FEWEST, WINDOW, destinations_text, fleets, subject_of
from camscan.egress.talk import talks
from camscan.egress.who import DeviceIndex
from camscan.model.flow import Flow, Origin


def calls(devices, starts, *, peer="36.110.1.1", port=443, name=None, protocol="tcp"):
    flows = [
        Flow(
            source=device.addresses[0], source_mac=None, peer=peer, port=port, protocol=protocol,
            first=start, last=start + 5, packets_out=1, packets_in=0, bytes_out=40, bytes_in=0,
            origin=Origin.SYN, name=name, name_source="sni" if name else None,
        )
        for device, start in zip(devices, starts, strict=True)
    ]  # fmt: skip
    return list(talks(flows, DeviceIndex(devices), {}, watched={d.id: d for d in devices}))


def cameras(make_device, count, maker="Hikvision"):
    return [make_device(f"10.66.1.{n + 10}", maker=maker) for n in range(count)]


def found(devices, talked, start=0.0, volleys=()):
    watched = {device.id: device for device in devices}
    return fleets(talked, watched, start, volleys=frozenset(volleys))


def test_three_of_five(make_device):
    devices = cameras(make_device, 5)
    (fleet,) = found(devices, calls(devices[:3], [8000.0, 8002.0, 8010.0]))
    assert fleet.devices == tuple(device.id for device in devices[:3])
    assert (fleet.of, fleet.began, fleet.spread, fleet.onset) == (5, 8000.0, 10.0, True)
    assert fleet.text.startswith("3 of 5 devices of Hikvision called 36.110.1.1, the first at")
    assert "none had before" in fleet.text
    assert fleet.subject == "36.110.1.1"


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


def test_destinations_that_the_same_devices_begin_to_call_are_one_event(make_device):
    devices = cameras(make_device, 6)
    talked = [
        *calls(devices[:4], [100.0, 101.0, 102.0, 103.0], peer="36.110.1.1"),
        *calls(devices[2:], [110.0, 111.0, 112.0, 113.0], peer="36.110.1.2"),
    ]
    (fleet,) = found(devices, talked)
    assert fleet.destinations == ("36.110.1.1", "36.110.1.2")
    assert (fleet.volleys, fleet.subject) == (None, "36.110.1.1 36.110.1.2")
    assert set(fleet.devices) == {device.id for device in devices}
    assert (len(fleet.talks), fleet.began, fleet.spread) == (8, 100.0, 13.0)
    assert (
        "6 of 6 devices of Hikvision called 2 destinations (36.110.1.1, 36.110.1.2)" in fleet.text
    )


def test_other_devices_or_another_time_are_another_event(make_device):
    devices = cameras(make_device, 6)
    first = calls(devices[:3], [100.0, 101.0, 102.0])
    others = calls(devices[3:], [100.0, 101.0, 102.0], peer="36.110.1.2")
    assert len(found(devices, first + others)) == 2
    later = calls(devices[:3], [5100.0, 5101.0, 5102.0], peer="36.110.1.2")
    assert len(found(devices, first + later)) == 2
    makers = [make_device(f"10.66.2.{n}", maker="Axis") for n in range(10, 13)]
    axis = calls(makers, [100.0, 101.0, 102.0])
    assert {fleet.maker for fleet in found(devices + makers, first + axis)} == {"hikvision", "axis"}


def test_a_destination_joins_two_events_that_both_have_to_do_with_it(make_device):
    devices = cameras(make_device, 6)
    talked = [
        *calls(devices[:3], [100.0, 101.0, 102.0], peer="36.110.1.1"),
        *calls(devices[3:], [103.0, 104.0, 105.0], peer="36.110.1.2"),
        *calls(devices, [110.0 + n for n in range(6)], peer="36.110.1.3"),
    ]
    (fleet,) = found(devices, talked)
    assert len(fleet.destinations) == 3


def test_nobody_is_lost_when_two_groups_together_last_longer_than_the_window(make_device):
    devices = cameras(make_device, 8)
    talked = [
        *calls(devices[:6], [100.0, 300.0, 500.0, 700.0, 900.0, 990.0], peer="36.110.1.1"),
        *calls(devices[3:], [950.0, 960.0, 1000.0, 1100.0, 1800.0], peer="36.110.1.2"),
    ]
    (fleet,) = found(devices, talked)
    assert len(fleet.devices) == 8
    assert len(fleet.talks) == 11
    assert fleet.spread == 1700.0


def test_volleys_to_relays_of_each_device_s_own_are_one_event(make_device):
    devices = cameras(make_device, 5)
    talked = [
        talk
        for number, device in enumerate(devices)
        for relay in range(3)
        for talk in calls(
            [device],
            [100.0 + number],
            peer=f"47.91.{number}.{relay + 1}",
            port=32100,
            protocol="udp",
        )
    ]
    assert found(devices, talked) == ()
    (fleet,) = found(devices, talked, volleys=[talk.id for talk in talked])
    assert len(fleet.destinations) == len(fleet.talks) == 15
    assert len(fleet.devices) == 5
    assert (fleet.volleys, fleet.subject) == ("udp/32100", "volleys udp/32100")
    assert "15 destinations (47.91.0.1, 47.91.0.2, 47.91.0.3, 47.91.1.1 and 11 more)" in fleet.text


def test_who_calls_at_another_time_is_not_drawn_in_by_a_second_destination(make_device):
    devices = cameras(make_device, 4)
    talked = [
        *calls(devices, [100.0, 101.0, 102.0, 9000.0], peer="36.110.1.1"),
        *calls(devices[:3], [103.0, 104.0, 105.0], peer="36.110.1.2"),
    ]
    (fleet,) = found(devices, talked)
    assert devices[3].id not in fleet.devices


def test_text_of_destinations():
    assert destinations_text(("a.example",)) == "a.example"
    assert destinations_text(tuple("abcd")) == "4 destinations (a, b, c, d)"
    assert destinations_text(tuple("abcdef")) == "6 destinations (a, b, c, d and 2 more)"
