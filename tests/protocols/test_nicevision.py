from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import nicevision
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, expected, raw

SAMPLE = raw("nicevision")


def test_recording() -> None:
    assert_says(nicevision.decode(SAMPLE), expected("nicevision", "nicevision"))


@pytest.mark.parametrize("question", ["4e494345000101080000d903", "4e494345000101080000 0000 d903"])
def test_own_question_is_no_answer(question: str) -> None:
    assert nicevision.decode(bytes.fromhex(question)) == malformed()


@pytest.mark.parametrize(
    "data", [b"", SAMPLE[:0x59], b"NICE" + bytes(120), b"nice" + SAMPLE[4:], b"NICE to meet you"]
)
def test_junk(data: bytes) -> None:
    assert nicevision.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 120))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, b"NICE" + data, SAMPLE[:at] + data + SAMPLE[at:]):
        assert all(field.startswith("nicevision.") for field, _ in nicevision.decode(sent).fields)
