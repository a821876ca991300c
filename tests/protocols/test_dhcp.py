"""DHCP: client and server messages made by hand, recorded class identifiers, lying lengths."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import dhcp
from camscan.protocols.decoded import Malformed
from camscan.protocols.dhcp import DhcpMessage, DhcpType

SAMPLES: list[dict[str, Any]] = [
    sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"] == "dhcp.option60"
]
MAC = bytes.fromhex("accc8e000001")


def message(
    options: bytes,
    *,
    op: int = 1,
    mac: bytes = MAC,
    hardware: int = 1,
    ciaddr: bytes = bytes(4),
    yiaddr: bytes = bytes(4),
    sname: bytes = b"",
    file: bytes = b"",
) -> bytes:
    head = struct.pack(
        ">BBBBIHH4s4s4s4s", op, hardware, len(mac), 0, 7, 0, 0, ciaddr, yiaddr, b"", b""
    )
    body = head + mac.ljust(16, b"\0") + sname.ljust(64, b"\0") + file.ljust(128, b"\0")
    return body + b"\x63\x82\x53\x63" + options


def option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


DISCOVER = message(
    option(53, b"\x01")
    + option(60, b"AXIS,Network Camera,P3343,5.20.3")
    + option(12, b"axis-accc8e000001")
    + option(55, bytes([1, 28, 2, 3, 15, 6, 12, 42]))
    + option(50, bytes([192, 0, 2, 9]))
    + b"\xff\0\0"
)


def read(data: bytes) -> DhcpMessage:
    found = dhcp.parse(data)
    assert isinstance(found, DhcpMessage)
    return found


def test_a_discover() -> None:
    found = read(DISCOVER)
    assert found.from_client
    assert found.kind is DhcpType.DISCOVER
    assert found.requested_address == "192.0.2.9"
    assert found.lease is None
    assert dhcp.decode(DISCOVER).fields == (
        ("dhcp.vendor_class", "AXIS,Network Camera,P3343,5.20.3"),
        ("dhcp.hostname", "axis-accc8e000001"),
        ("dhcp.options", "1,28,2,3,15,6,12,42"),
        ("mac.address", "ac:cc:8e:00:00:01"),
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_recorded_class_identifiers(sample: dict[str, Any]) -> None:
    data = message(option(60, sample["data"].encode()) + b"\xff")
    assert read(data).vendor_class == sample["data"]


@pytest.mark.parametrize(
    ("kind", "yiaddr", "ciaddr", "lease"),
    [
        (5, bytes([192, 0, 2, 9]), bytes(4), "192.0.2.9"),
        (5, bytes(4), bytes([192, 0, 2, 8]), "192.0.2.8"),
        (2, bytes([192, 0, 2, 9]), bytes(4), None),
        (6, bytes(4), bytes(4), None),
    ],
)
def test_only_an_ack_gives_a_lease(
    kind: int, yiaddr: bytes, ciaddr: bytes, lease: str | None
) -> None:
    data = message(option(53, bytes([kind])) + b"\xff", op=2, yiaddr=yiaddr, ciaddr=ciaddr)
    assert read(data).lease == lease
    assert read(data).mac == "ac:cc:8e:00:00:01"
    assert dhcp.decode(data).status is Status.OK
    assert dhcp.decode(data).fields == ()


def test_a_client_cannot_claim_to_be_an_ack() -> None:
    data = message(option(53, b"\x05") + b"\xff", yiaddr=bytes([192, 0, 2, 9]))
    assert read(data).lease is None


def test_options_in_the_fields_of_names() -> None:
    data = message(
        option(52, b"\x03") + b"\xff",
        file=option(60, b"AXIS,Network") + b"\xff",
        sname=option(12, b"axis") + b"\xff",
    )
    found = read(data)
    assert (found.vendor_class, found.hostname) == ("AXIS,Network", "axis")


def test_a_long_option_in_parts() -> None:
    assert read(message(option(60, b"AXIS,") + option(60, b"Network") + b"\xff")).vendor_class == (
        "AXIS,Network"
    )


def test_an_option_that_lies_ends_the_walk() -> None:
    found = read(message(option(12, b"axis") + bytes([60, 200]) + b"short"))
    assert (found.hostname, found.vendor_class) == ("axis", None)
    assert read(message(option(12, b"axis") + bytes([60]))).hostname == "axis"


def test_text_with_nul_tail_and_binary_text() -> None:
    found = read(message(option(60, b"udhcp 1.1\0\0") + option(12, b"\x01\x02\x03") + b"\xff"))
    assert (found.vendor_class, found.hostname) == ("udhcp 1.1", None)


@pytest.mark.parametrize(
    ("mac", "hardware"), [(bytes(6), 1), (b"\xff" * 6, 1), (MAC, 6), (MAC[:4], 1), (MAC + b"12", 1)]
)
def test_hardware_addresses_that_are_none(mac: bytes, hardware: int) -> None:
    data = message(option(53, b"\x01") + b"\xff", mac=mac, hardware=hardware)
    assert read(data).mac is None


@pytest.mark.parametrize(
    "data", [b"", DISCOVER[:239], b"\x03" + DISCOVER[1:], b"\x01" + bytes(300)]
)
def test_what_is_no_dhcp(data: bytes) -> None:
    assert isinstance(dhcp.parse(data), Malformed)
    assert dhcp.decode(data).status is Status.MALFORMED


def test_plain_bootp_types_are_none() -> None:
    assert read(message(option(53, b"\x09") + b"\xff")).kind is None
    assert read(message(b"\xff")).kind is None


@given(
    st.binary(max_size=400)
    | st.builds(lambda options: message(options), st.binary(max_size=300))
    | st.builds(
        lambda at, junk: DISCOVER[:at] + junk + DISCOVER[at + len(junk) :],
        st.integers(0, len(DISCOVER)),
        st.binary(max_size=8),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    dhcp.parse(data)
    for field, value in dhcp.decode(data).fields:
        assert field in {"dhcp.vendor_class", "dhcp.hostname", "dhcp.options", "mac.address"}
        assert value.isprintable()
