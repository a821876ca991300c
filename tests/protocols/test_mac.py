"""MAC addresses of single devices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.mac import is_device, mac_fields, normal_mac, octets_of


@pytest.mark.parametrize(
    "text",
    ["C4-2F-90-01-02-03", "c4:2f:90:1:2:3", "c42f.9001.0203", "c42f90010203", "C4:2F:90:01:02:03"],
)
def test_notations(text: str) -> None:
    assert normal_mac(text) == "c4:2f:90:01:02:03"


@pytest.mark.parametrize(
    ("text", "is_written"),
    [
        ("00:00:00:00:00:00", True),
        ("ff:ff:ff:ff:ff:ff", True),
        ("01:00:5e:00:00:01", True),
        ("01005e000001", True),
        ("0000.0000.0000", True),
        ("c4:2f:90:01:02", False),
        ("c4:2f:90:01:02:03:04", False),
        ("c42f.9001.02", False),
        ("x" * 12, False),
        ("c4:2f:90:01:02:03\n", False),
        ("", False),
    ],
)
def test_what_is_no_mac_of_one_device(text: str, is_written: bool) -> None:
    assert normal_mac(text) is None
    assert (octets_of(text) is not None) is is_written


def test_a_locally_administered_mac_names_no_maker() -> None:
    assert mac_fields("02:aa:bb:cc:dd:ee") == (("mac.address", "02:aa:bb:cc:dd:ee"),)
    assert mac_fields("C4-2F-90-01-02-03") == (
        ("mac.address", "c4:2f:90:01:02:03"),
        ("mac.oui", "c4:2f:90"),
    )
    assert mac_fields("ff:ff:ff:ff:ff:ff") == ()


@given(st.binary(min_size=6, max_size=6))
def test_every_device_has_one_spelling(octets: bytes) -> None:
    digits = octets.hex()
    spellings = {octets.hex(":"), octets.hex("-").upper(), digits, octets.hex(".", 2)}
    assert {normal_mac(each) for each in spellings} == {
        octets.hex(":") if is_device(octets) else None
    }


@given(st.text(alphabet="0123456789abcdefABCDEF:-. x", max_size=20))
def test_fuzz_normal_mac(text: str) -> None:
    found = normal_mac(text)
    assert found is None or normal_mac(found) == found
