from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import foscam, vivotek
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("vivotek")
HEAD = SAMPLE[:5]


def test_recording() -> None:
    assert by_field(vivotek.decode(SAMPLE)) == expected("vivotek", "vivotek")


def test_type_4_has_no_length() -> None:
    data = HEAD + b"\x04\xff" + b"\x09\x06FD9187"
    assert by_field(vivotek.decode(data)) == {"vivotek.model": ["FD9187"]}


def test_port_is_little_endian() -> None:
    assert by_field(vivotek.decode(HEAD + b"\x06\x02\x90\x1f")) == {"vivotek.http_port": ["8080"]}


@pytest.mark.parametrize("session", [0, 1, 0x4D, 255])
def test_first_byte_is_the_askers(session: int) -> None:
    assert vivotek.decode(bytes([session]) + SAMPLE[1:]) == vivotek.decode(SAMPLE)


def test_own_question_is_no_answer() -> None:
    assert vivotek.decode(b"\x01" + vivotek.MAGIC) == malformed()


@pytest.mark.parametrize("name", ["foscam-plain", "foscam-xor"])
def test_foscam_on_the_same_port_is_told_apart(name: str) -> None:
    assert vivotek.decode(raw(name)) == malformed()
    assert foscam.decode(SAMPLE) == malformed()


def test_a_length_beyond_the_end_keeps_what_was_read() -> None:
    data = HEAD + b"\x09\x06FD9187" + b"\x01\xf0cut"
    assert by_field(vivotek.decode(data)) == {"vivotek.model": ["FD9187"]}


@pytest.mark.parametrize("data", [b"", HEAD[:4], HEAD + b"\x00\x00", HEAD + b"\x04" * 40, b"x" * 9])
def test_junk(data: bytes) -> None:
    assert vivotek.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 80))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, HEAD + data, SAMPLE[:at] + data + SAMPLE[at:]):
        assert all(field.startswith("vivotek.") for field, _ in vivotek.decode(sent).fields)
