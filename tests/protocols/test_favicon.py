from __future__ import annotations

import base64
import struct

import mmh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import favicon

MASK = 0xFFFFFFFF


def murmur3(data: bytes) -> int:
    """MurmurHash3_x86_32 with seed 0, signed, written from Austin Appleby's description."""
    value = 0
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        value ^= _mix(word)
        value = ((value << 13) | (value >> 19)) & MASK
        value = (value * 5 + 0xE6546B64) & MASK
    if data[whole:]:
        value ^= _mix(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & MASK
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & MASK
    value ^= value >> 16
    return value - (1 << 32) if value >> 31 else value


def _mix(word: int) -> int:
    word = (word * 0xCC9E2D51) & MASK
    word = ((word << 15) | (word >> 17)) & MASK
    return (word * 0x1B873593) & MASK


@pytest.mark.parametrize(
    ("data", "value"),
    # Published vectors of MurmurHash3_x86_32, seed 0.
    [(b"", 0), (b"hello", 613153351), (b"hello world", 1586663183), (b"test", -1167338989)],
)
def test_published_murmur_vectors(data: bytes, value: int) -> None:
    assert murmur3(data) == value
    assert mmh3.hash(data) == value


def test_base64_has_a_line_break_each_76_characters_and_at_the_end() -> None:
    data = bytes(range(200))
    text = base64.b64encode(data)
    lines = b"".join(text[at : at + 76] + b"\n" for at in range(0, len(text), 76))
    assert favicon.hashes(data).mmh3 == murmur3(lines)
    assert favicon.hashes(data).mmh3 != murmur3(text)


def test_md5() -> None:
    assert favicon.hashes(b"abc").md5 == "900150983cd24fb0d6963f7d28e17f72"


def test_evidence() -> None:
    icon = b"\x00\x00\x01\x00\x01\x00" + bytes(100)
    decoded = favicon.decode(icon)
    assert decoded.status is Status.OK
    assert [field for field, _ in decoded.fields] == ["http.favicon.mmh3", "http.favicon.md5"]
    assert decoded.values("http.favicon.mmh3") == (str(favicon.hashes(icon).mmh3),)


@pytest.mark.parametrize(
    "data", [b"", b"  \r\n", b"<html>404</html>", b"\n<!DOCTYPE html>", b"<?xml version='1.0'?><x>"]
)
def test_pages_are_no_icons(data: bytes) -> None:
    assert favicon.decode(data).status is Status.MALFORMED


@pytest.mark.parametrize("data", [b"<svg/>", b"<?xml?><svg>", b"\x89PNG", b"GIF89a", b"odd bytes"])
def test_icons(data: bytes) -> None:
    assert favicon.is_icon(data)


@given(st.binary(max_size=600))
def test_fuzz_decode(data: bytes) -> None:
    favicon.decode(data)
    assert favicon.hashes(data).mmh3 == murmur3(base64.encodebytes(data))
