"""Keys and the rules that keep strangers apart."""

from __future__ import annotations

import pytest

from camscan.inventory.keys import Key, keys_of, same_device, usable_keys
from camscan.model.evidence import Evidence

MAC = Key("mac", "c0:56:e3:00:00:01")
OTHER_MAC = Key("mac", "c0:56:e3:00:00:02")
SERIAL = Key("serial", "ab12")
UUID = Key("uuid", "u-1")
CERTIFICATE = Key("certificate", "aa")


def evidence(field: str, value: str) -> Evidence:
    return Evidence(target="10.0.0.1", field=field, value=value, method="test")


def test_keys_are_normalised_and_placeholders_dropped() -> None:
    found = keys_of(
        [
            evidence("mac.address", "C0:56:E3:00:00:01"),
            evidence("onvif.serial", "AB12"),
            evidence("onvif.serial", "00000000"),
            evidence("mac.address", "garbage"),
            evidence("wsd.endpoint", "urn:uuid:U-1"),
            evidence("http.server", "nginx"),
        ]
    )
    assert found == {MAC, SERIAL, UUID}


@pytest.mark.parametrize("family", ["sadp", "dhip", "xm", "ubnt", "tplink", "reolink", "tvt"])
def test_what_a_device_tells_its_makers_inquiry_is_a_key(family: str) -> None:
    assert keys_of([evidence(f"{family}.mac", "C0:56:E3:00:00:01")]) == {MAC}
    assert keys_of([evidence(f"{family}.serial", "AB12")]) == {SERIAL}
    others = ("interface_mac", "model", "serial_short", "mac.text", "name")
    assert keys_of([evidence(f"{family}.{name}", MAC.value) for name in others]) == set()


def test_serials_under_the_names_of_the_wire_are_the_same_key() -> None:
    fields = ("sadp.device_sn", "sadp.serial", "dhip.serial_no", "onvif.serial", "upnp.serial")
    assert keys_of([evidence(field, "AB12") for field in fields]) == {SERIAL}


def test_a_value_on_many_devices_is_no_key() -> None:
    held = {f"10.0.0.{n}": frozenset({SERIAL, Key("mac", str(n))}) for n in range(4)}
    assert all(SERIAL not in keys for keys in usable_keys(held).values())
    assert all(len(keys) == 1 for keys in usable_keys(held).values())


@pytest.mark.parametrize(
    ("first", "second", "versions", "same"),
    [
        ({MAC}, {MAC}, (4, 6), True),
        ({MAC}, {MAC}, (4, 4), False),
        ({MAC, SERIAL}, {MAC, SERIAL}, (4, 4), True),
        ({MAC, SERIAL}, {OTHER_MAC, SERIAL}, (4, 4), False),
        ({SERIAL}, {SERIAL}, (4, 4), True),
        ({UUID, MAC}, {UUID}, (4, 4), True),
        ({CERTIFICATE}, {CERTIFICATE}, (4, 4), False),
        ({SERIAL, CERTIFICATE}, {SERIAL}, (4, 4), True),
        ({MAC}, {SERIAL}, (4, 6), False),
        (set(), set(), (4, 6), False),
    ],
)
def test_same_device(
    first: set[Key], second: set[Key], versions: tuple[int, int], same: bool
) -> None:
    assert same_device(frozenset(first), frozenset(second), versions) is same
    assert same_device(frozenset(second), frozenset(first), versions) is same
