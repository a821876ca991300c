"""Targets become devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from msgspec import Struct

from camscan.inventory.merge import address_order, build_devices, single_device
from camscan.model.coverage import Skip
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.identity import Band, Claim, Identity, Rival


class Judged(Struct):
    identity: Identity
    skips: tuple[Skip, ...] = ()


class Named:
    """Judges nothing but the MAC, and remembers what it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[Evidence, ...]] = []

    def judge(self, evidence: Sequence[Evidence]) -> Judged:
        self.seen.append(tuple(evidence))
        mac = next((e.value for e in evidence if e.field == "mac.address"), None)
        identity = Identity(
            mac=Claim(value=mac, band=Band.CONFIRMED) if mac else None,
            device_class=Claim(
                value="camera",
                band=Band.PROBABLE,
                rivals=(Rival(value="recorder", band=Band.POSSIBLE),),
            ),
        )
        skip = Skip(subject=evidence[0].target if evidence else "", what="maker", reason="two")
        return Judged(identity=identity, skips=(skip,))


class OneByOne:
    """The same of one target at a time, whose evidence comes by its ids."""

    def judge(self, evidence: Mapping[str, Evidence]) -> Judged:
        assert all(item.id == name for name, item in evidence.items())
        return Named().judge(tuple(evidence.values()))


def saw(target: str, field: str, value: str) -> Evidence:
    return Evidence(target=target, field=field, value=value, method="test")


MAC = "c0:56:e3:00:00:01"


def test_dual_stack_camera_is_one_device_with_ipv4_first() -> None:
    items = [saw("fe80::1%eth0", "mac.address", MAC), saw("10.0.0.9", "mac.address", MAC)]
    judge = Named()
    (device,) = build_devices(items, {}, judge).devices
    assert device.addresses == ("10.0.0.9", "fe80::1%eth0")
    assert device.mac == MAC
    assert len(judge.seen[0]) == 2
    assert device.alternatives == ("class: recorder (possible)",)


def test_two_ipv4_addresses_behind_one_mac_stay_apart() -> None:
    items = [saw("10.0.0.9", "mac.address", MAC), saw("10.0.0.10", "mac.address", MAC)]
    first, second = build_devices(items, {}, Named()).devices
    assert first.addresses == ("10.0.0.9",)
    assert second.addresses == ("10.0.0.10",)
    assert first.id != second.id, "ids stay unique even where a MAC is shared"


def test_a_second_key_joins_them() -> None:
    items = [
        saw(address, field, value)
        for address in ("10.0.0.9", "10.0.0.10")
        for field, value in (("mac.address", MAC), ("onvif.serial", "SN1"))
    ]
    assert len(build_devices(items, {}, Named()).devices) == 1


def test_a_host_that_only_answered_is_a_device() -> None:
    ports = {"10.0.0.7": (Port(port=22, transport="tcp", service=None, status="closed"),)}
    (device,) = build_devices([], ports, Named()).devices
    assert device.addresses == ("10.0.0.7",)
    assert device.ports[0].status == "closed"


def test_ids_do_not_depend_on_order_or_time() -> None:
    items = [saw("10.0.0.9", "onvif.serial", "SN1"), saw("10.0.0.8", "http.server", "x")]
    forward = {d.addresses: d.id for d in build_devices(items, {}, Named()).devices}
    backward = {d.addresses: d.id for d in build_devices(items[::-1], {}, Named()).devices}
    assert forward == backward


def test_an_inquiry_over_a_router_and_an_answer_on_the_link_are_one_device() -> None:
    items = [saw("10.9.0.9", "sadp.mac", MAC), saw("fe80::1%eth0", "mac.address", MAC)]
    (device,) = build_devices(items, {}, Named()).devices
    assert device.addresses == ("10.9.0.9", "fe80::1%eth0")


def test_two_cameras_of_one_factory_address_are_told_by_their_macs() -> None:
    other = MAC[:-1] + "2"
    items = [
        saw("10.0.0.9", "xm.mac", MAC),
        saw("10.0.0.9", "xm.ipv4", "192.168.1.10"),
        saw("10.0.0.10", "xm.mac", other),
        saw("10.0.0.10", "xm.ipv4", "192.168.1.10"),
    ]
    assert len(build_devices(items, {}, Named()).devices) == 2


def test_channels_of_none_say_nothing() -> None:
    for text in ("0", "x", "", "9999999", "²"):
        items = [saw("10.0.0.9", "dhip.remote_video_input_channels", text)]
        (device,) = build_devices(items, {}, Named()).devices
        assert device.channels is None


@pytest.mark.parametrize(
    "field", ["sadp.digital_channel_num", "panasonic.channels", "juan.channel_cnt"]
)
def test_sites_and_channels(field: str) -> None:
    items = [saw("10.0.0.9", field, "16")]
    (device,) = build_devices(items, {}, Named(), lambda address: "Town").devices
    assert device.site == "Town"
    assert device.channels is not None
    assert device.channels.value == 16


def test_a_recorded_target_keeps_its_name() -> None:
    device, skips = single_device("cam 7", [saw("cam 7", "http.server", "x")], OneByOne())
    assert (device.id, device.addresses) == ("cam 7", ())
    assert [skip.what for skip in skips] == ["maker"], "what was not concluded is kept"
    assert single_device("10.0.0.9", [], OneByOne())[0].addresses == ("10.0.0.9",)
    assert single_device("fe80::1%eth0", [], OneByOne())[0].addresses == ("fe80::1%eth0",)
    assert single_device("10.0.0.09", [], OneByOne())[0].addresses == ()


def test_address_order() -> None:
    names = ["zebra", "fe80::1%eth0", "fd00::1", "10.0.0.10", "10.0.0.9"]
    assert sorted(names, key=address_order) == names[::-1]


def test_what_is_not_mergeable_stays_alone() -> None:
    items = [saw("10.0.0.9", "onvif.serial", "SN1"), saw("10.9.9.9", "onvif.serial", "SN1")]
    devices = build_devices(
        items, {}, Named(), mergeable=lambda address: address == "10.0.0.9"
    ).devices
    assert [device.addresses for device in devices] == [("10.0.0.9",), ("10.9.9.9",)]


def test_a_sender_known_only_by_its_mac_has_no_address() -> None:
    items = [
        saw("10.0.0.9", "http.server", "x"),
        saw(MAC, "mac.address", MAC),
        saw(MAC, "lldp.sysdescr", "AXIS P3245-V"),
    ]
    first, heard = build_devices(
        items, {}, Named(), lambda _: "depot", mergeable=lambda target: target != MAC
    ).devices
    assert first.addresses == ("10.0.0.9",)
    assert heard.addresses == ()
    assert heard.mac == MAC
    assert heard.id
    assert heard.site is None
    assert [record.field for record in heard.evidence] == ["mac.address", "lldp.sysdescr"]
