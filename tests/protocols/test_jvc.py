from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import jvc
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("jvc-vn-v686")


def test_recording() -> None:
    fields = expected("jvc-vn-v686", "jvc")
    assert fields.pop("jvc.vendor") == ["JVC"]
    assert by_field(jvc.decode(SAMPLE)) == fields


def test_own_question_is_no_answer() -> None:
    assert jvc.decode(b"system.id\r\n") == malformed()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"system.id=VN-V686U&200 OK\r\n",
        b"system.id=VN-V686U(192.168.0.2/24)&403 Forbidden\r\n",
        b"system.id=" + b"A" * 400 + b"(192.168.0.2/24)&200 OK\r\n",
    ],
)
def test_junk(data: bytes) -> None:
    assert jvc.decode(data) == malformed()


def test_an_impossible_address_is_left_out() -> None:
    said = by_field(jvc.decode(b"system.id=VN-V686U(999.1.1.1/24)&200 OK\r\n"))
    assert said == {"jvc.model": ["VN-V686U"], "jvc.prefix": ["24"]}


@given(st.binary(max_size=300), st.integers(0, 44))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, b"system.id=" + data, SAMPLE[:at] + data + SAMPLE[at:]):
        assert all(field.startswith("jvc.") for field, _ in jvc.decode(sent).fields)
