"""Dahua's older answer: three parts, of which the lengths may lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import dahua1
from tests.protocols.inquiry_samples import samples

RAW, EXPECT = samples("dahua-v1")["dahua-v1-virtual"]
QUERY = bytes.fromhex("a3010001" + "00" * 12 + "02000000" + "00" * 12)


def first(data: bytes, field: str) -> str | None:
    return next(iter(dahua1.decode(data).values(field)), None)


@pytest.mark.parametrize("key", sorted(EXPECT))
def test_recording(key: str) -> None:
    value = EXPECT[key]
    assert first(RAW, f"dahua1.{key}") == (None if value is None else str(value))


def test_wrong_lengths_lose_only_their_part() -> None:
    raw = RAW[:2] + b"\x11" + RAW[3:]
    assert first(raw, "dahua1.mac") == "00:11:22:33:44:55"
    assert first(raw, "dahua1.model") == "Virtual"
    raw = RAW[:0x14] + b"\xff\xff" + RAW[0x16:]
    assert first(raw, "dahua1.serial") == "123456789"
    assert first(RAW[:0x14] + b"\0\0" + RAW[0x16:], "dahua1.serial") is None


def test_only_the_fixed_part() -> None:
    assert first(RAW[:0x78], "dahua1.type") == "Virtual"
    assert first(RAW[:0x78], "dahua1.mac") is None


@pytest.mark.parametrize(
    "data", [b"", QUERY, b"\xb3", b"\xb3" + bytes(0x77), b"\xb2" + RAW[1:], RAW[:0x77]]
)
def test_queries_and_junk(data: bytes) -> None:
    assert dahua1.decode(data) == dahua1.malformed()


@given(st.binary(max_size=300), st.integers(0, 250), st.integers(0, 60))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, b"\xb3" + junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in dahua1.decode(raw).fields)
