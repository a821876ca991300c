from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import vision360
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("360vision")


def test_recording() -> None:
    assert by_field(vision360.decode(SAMPLE)) == expected("360vision", "360vision")


def test_own_question_is_no_answer() -> None:
    assert vision360.decode(b"DISCOVER\n") == malformed()
    assert vision360.decode(b"DISCOVER KEY='00:11:22:33:44:55'\r\n") == malformed()


def test_order_and_quotes_do_not_matter() -> None:
    data = b"DISCOVER ID='12' KEY=00:11:22:33:44:55 TYPE='IPDOME'"
    assert by_field(vision360.decode(data)) == {
        "360vision.type": ["IPDOME"],
        "360vision.mac": ["00:11:22:33:44:55"],
        "360vision.id": ["12"],
    }


@pytest.mark.parametrize(
    "data", [b"", b"DISCOVER ", b"DISCOVER TYPE=''", b"NOTIFY TYPE=IPDOME", b"\xff" * 80]
)
def test_junk(data: bytes) -> None:
    assert vision360.decode(data) == malformed()


@given(st.binary(max_size=300))
def test_fuzz_decode(data: bytes) -> None:
    for sent in (data, b"DISCOVER " + data, SAMPLE[:-2] + data, b"DISCOVER TYPE=" + data):
        assert all(field.startswith("360vision.") for field, _ in vision360.decode(sent).fields)
