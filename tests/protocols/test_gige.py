from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import gige
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("gige-vision")


def test_recording() -> None:
    fields = {"gige.device_class": ["transmitter"]}
    assert by_field(gige.decode(SAMPLE)) == expected("gige-vision", "gige") | fields


def test_recording_of_a_real_camera() -> None:
    said = by_field(gige.decode(raw("gige-flir-bfs")))
    assert said == expected("gige-flir-bfs", "gige")


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(0x80, "transmitter"), (0x90, "receiver"), (0xA0, "transceiver"), (0xB0, "peripheral")],
)
def test_device_class(mode: int, kind: str) -> None:
    data = SAMPLE[:0x0C] + bytes([mode]) + SAMPLE[0x0D:]
    assert by_field(gige.decode(data))["gige.device_class"] == [kind]


def test_an_unknown_device_class_is_left_out() -> None:
    data = SAMPLE[:0x0C] + b"\xf0" + SAMPLE[0x0D:]
    assert "gige.device_class" not in by_field(gige.decode(data))


def test_own_question_is_no_answer() -> None:
    assert gige.decode(bytes.fromhex("4211000200000001")) == malformed()


@pytest.mark.parametrize("answer", [0x0002, 0x0081, 0x0083, 0x0005])
def test_other_messages_of_the_control_protocol(answer: int) -> None:
    assert gige.decode(SAMPLE[:2] + answer.to_bytes(2, "big") + SAMPLE[4:]) == malformed()


def test_an_error_status_is_no_answer() -> None:
    assert gige.decode(b"\x80\x02" + SAMPLE[2:]) == malformed()


def test_text_that_fills_its_field() -> None:
    data = SAMPLE[:0x70] + b"m" * 32 + SAMPLE[0x90:]
    assert by_field(gige.decode(data))["gige.model"] == ["m" * 32]


@pytest.mark.parametrize("data", [b"", SAMPLE[:255], SAMPLE[:4] + bytes(252), b"\xff" * 256])
def test_junk(data: bytes) -> None:
    assert gige.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 255))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, SAMPLE[:4] + data, SAMPLE[:at] + data + SAMPLE[at:]):
        assert all(field.startswith("gige.") for field, _ in gige.decode(sent).fields)
