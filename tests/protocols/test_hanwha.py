from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import hanwha
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("hanwha")
REAL = raw("hanwha-snd-6083")


@pytest.mark.parametrize("name", ["hanwha", "hanwha-snd-6083"])
def test_recordings(name: str) -> None:
    assert by_field(hanwha.decode(raw(name))) == expected(name, "hanwha")


def test_left_over_memory_is_not_read() -> None:
    data = REAL[:0x75] + b"\x00x" + REAL[0x77:]
    assert by_field(hanwha.decode(data))["hanwha.model"] == ["SND-6083"]


def test_a_full_model_field_is_ten_letters() -> None:
    data = REAL[:0x6D] + b"XNP-6400RWE" + REAL[0x78:]
    assert by_field(hanwha.decode(data))["hanwha.model"] == ["XNP-6400RW"]


def test_own_question_is_no_answer() -> None:
    assert hanwha.decode(b"\x01" + bytes(261)) == malformed()
    assert hanwha.decode(b"\x01" + REAL[1:]) == malformed()


def test_credentials_of_a_url_are_not_kept() -> None:
    url = b"http://admin:4321@192.0.2.1/"
    data = REAL[:0x85] + url + bytes(39 - len(url)) + REAL[0xAC:]
    assert by_field(hanwha.decode(data))["hanwha.url"] == ["http://192.0.2.1/"]


@pytest.mark.parametrize("data", [b"", b"\x0b", SAMPLE[:171], b"\x0b" + bytes(261), b"\x0b" * 262])
def test_junk(data: bytes) -> None:
    assert hanwha.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 261))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, b"\x0b" + data, SAMPLE[:at] + data + SAMPLE[at + len(data) :]):
        for field, value in hanwha.decode(sent).fields:
            assert field.startswith("hanwha.")
            assert "\n" not in value
