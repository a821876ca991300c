"""Ubiquiti's answers: echoes, lengths that lie, several interfaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import ubnt
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("ubiquiti")
RAW, EXPECT = SAMPLES["ubnt-uvc-g4-pro"]


def message(
    *values: tuple[int, bytes], version: int = 1, command: int = 0, length: int | None = None
) -> bytes:
    body = b"".join(bytes([kind]) + len(value).to_bytes(2, "big") + value for kind, value in values)
    size = len(body) if length is None else length
    return bytes([version, command]) + size.to_bytes(2, "big") + body


def first(data: bytes, field: str) -> str | None:
    return next(iter(ubnt.decode(data).values(field)), None)


def test_recording() -> None:
    assert first(RAW, "ubnt.mac") == EXPECT["mac"]
    assert first(RAW, "ubnt.ipv4") == EXPECT["ipv4"]
    assert first(RAW, "ubnt.uptime") == str(EXPECT["uptime_s"])
    assert first(RAW, "ubnt.name") == EXPECT["name"]
    assert first(RAW, "ubnt.model") == first(RAW, "ubnt.platform") == EXPECT["model"]
    assert first(RAW, "ubnt.firmware") == EXPECT["firmware"]
    assert first(RAW, "ubnt.is_default") == "false"


@pytest.mark.parametrize(
    "data", [SAMPLES["ubnt-v1-echo"][0], bytes.fromhex("02080000"), b"", b"\x01"]
)
def test_queries_and_their_echoes(data: bytes) -> None:
    assert ubnt.decode(data) == ubnt.malformed()


@pytest.mark.parametrize(("version", "command"), [(0, 0), (1, 0), (2, 6), (2, 9), (2, 0x0B)])
def test_versions(version: int, command: int) -> None:
    raw = message(
        (0x14, b"UNVR"), (0x01, b"\xe0\x63\xda\0\0\x01"), version=version, command=command
    )
    assert first(raw, "ubnt.model") == "UNVR"


@pytest.mark.parametrize("length", [0, 1, 5000, 65535])
def test_declared_length_may_lie(length: int) -> None:
    assert first(message((0x0C, b"UVC"), length=length), "ubnt.platform") == "UVC"


def test_a_value_past_the_end_is_the_last() -> None:
    raw = message((0x0C, b"UVC")) + b"\x03\x00\xffshort"
    assert ubnt.decode(raw).fields == ubnt.decode(message((0x0C, b"UVC"))).fields


def test_the_own_mac_and_those_of_other_interfaces() -> None:
    raw = message(
        (0x02, b"\xe0\x63\xda\0\0\x02\xc0\xa8\x01\x01"),
        (0x02, b"\xe0\x63\xda\0\0\x03\x0a\0\0\x01"),
        (0x01, b"\xe0\x63\xda\0\0\x01"),
    )
    decoded = ubnt.decode(raw)
    assert decoded.values("ubnt.mac") == ("e0:63:da:00:00:01",)
    assert decoded.values("ubnt.interface_mac") == ("e0:63:da:00:00:02", "e0:63:da:00:00:03")
    # An address inside need not be the one that answered: both are kept, neither is a key.
    assert decoded.values("ubnt.ipv4") == ("192.168.1.1", "10.0.0.1")


BRIDGE = (
    b"\x01\x00\x00\xa5\x01\x00\x06\x24\x5a\x4c\0\0\x01\x02\x00\n\x24\x5a\x4c\0\0\x01\xc0\xa8\xd5/"
    b"\x03\x001UFP-UAP-B.MT7622_SOC.v0.4.0.4.340d302.220106.0349\x04\x00\x04\xc0\xa8\xd5/\x05\x00\x06"
    b"\x24\x5a\x4c\0\0\x01\n\x00\x04\x00\x0c\xda/\x0b\x00\x11SomebodysTechRoom\x0c\x00\tUFP-UAP-B"
    b"\x10\x00\x02\xa6 \x14\x00\x18Unifi-Protect-UAP-Bridge\x17\x00\x01\x00"
)
"""An answer of uilibs/unifi-discovery tests/test_init.py (Apache-2.0), MAC and name masked."""


def test_a_bridge_with_two_names_of_its_model() -> None:
    assert first(BRIDGE, "ubnt.model") == first(BRIDGE, "ubnt.platform") == "UFP-UAP-B"
    assert first(BRIDGE, "ubnt.model_name") == "Unifi-Protect-UAP-Bridge"
    assert first(BRIDGE, "ubnt.is_default") == "false"
    # The address inside is not the one that answered (192.168.213.252).
    assert first(BRIDGE, "ubnt.ipv4") == "192.168.213.47"


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"\0", "false"), (b"\x01", "true"), (b"\0\0\0\x01", "true"), (b"\0\0\0\0", "false")],
)
def test_is_default_of_one_byte_or_four(value: bytes, text: str) -> None:
    assert first(message((0x17, value)), "ubnt.is_default") == text


def test_wifi_name_is_dropped() -> None:
    assert "HomeNet" not in str(ubnt.decode(message((0x0D, b"HomeNet"), (0x0C, b"UVC"))))


@pytest.mark.parametrize(
    "data",
    [b"HTTP/1.1 200 OK\r\n", b"\x01\x01\0\0\x0c\0\x01A", b"\x03\0\0\x04\x0c\0\x01A", message()],
)
def test_junk(data: bytes) -> None:
    assert ubnt.decode(data) == ubnt.malformed()


@given(st.binary(max_size=300), st.integers(0, 160), st.integers(0, 60))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, b"\x01\0\0\0" + junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in ubnt.decode(raw).fields)
    assert len(ubnt.decode(b"\x01\0\0\0" + b"\x0c\0\x01A" * 9000).fields) < 512
