from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import layout


def test_what_was_never_set_is_nothing() -> None:
    assert layout.mac_at(bytes(8), 0) is None
    assert layout.mac_at(b"\xff" * 8, 1) is None
    assert layout.ipv4_at(bytes(4), 0) is None
    assert layout.ipv6_at(bytes(16), 0) is None
    assert layout.port_at(bytes(2), 0) is None
    assert layout.text_at(b" \x01\x00", 0, 3) is None


def test_too_short_is_nothing() -> None:
    data = b"\x01\x02\x03\x04\x05\x06"
    assert layout.mac_at(data, 0) == "01:02:03:04:05:06"
    assert layout.mac_at(data, 1) is None
    assert layout.ipv4_at(data, 2) == "3.4.5.6"
    assert layout.ipv4_at(data, 3) is None
    assert layout.ipv6_at(data, 0) is None
    assert layout.port_at(data, 5) is None


def test_ports_of_both_orders() -> None:
    assert layout.port_at(b"\x00\x50", 0) == "80"
    assert layout.port_at(b"\x50\x00", 0, little=True) == "80"


def test_addresses_and_versions() -> None:
    assert layout.version_at(bytes([11, 37, 2, 49]), 0) == "11.37.2.49"
    assert layout.ipv6_at(bytes.fromhex("fe80" + "00" * 13 + "01"), 0) == "fe80::1"


def test_text_ends_at_the_first_nul() -> None:
    assert layout.text_at(b"abc\x00secret", 0, 10) == "abc"
    assert layout.text_at(b"abcdef", 0, 3) == "abc"
    assert layout.one_line("a\r\nb\x1b[0m") == "a b [0m"


@pytest.mark.parametrize(
    ("text", "said"),
    [("ON", "true"), (" off ", "false"), ("1", "true"), ("0", "false"), ("x", None), (None, None)],
)
def test_switch(text: str | None, said: str | None) -> None:
    assert layout.switch(text) == said


@given(st.binary(max_size=40), st.integers(0, 40), st.text(max_size=40))
def test_fuzz_layout(data: bytes, offset: int, text: str) -> None:
    for found in (
        layout.mac_at(data, offset),
        layout.ipv4_at(data, offset),
        layout.ipv6_at(data, offset),
        layout.text_at(data, offset, 16),
        layout.port_at(data, offset),
        layout.version_at(data, offset),
        layout.switch(text),
        layout.one_line(text),
    ):
        assert found is None or (found and found == found.strip() and "\n" not in found)
