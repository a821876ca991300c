from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import panasonic
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import SAMPLES, assert_says, by_field, expected, raw

SAMPLE = raw("panasonic")
HEADER = SAMPLE[:0x30]
ALWAYS = {"panasonic.mac": ["00:11:22:33:44:55"], "panasonic.admin_password_set": ["true"]}
QUESTION = bytes.fromhex(
    "00010000000d000000000000ffffffffffffc0000201000120111e11231f1e191300000200000000000000000000"
    "0000ffff0000"
)


@pytest.mark.parametrize("name", ["panasonic", "panasonic-wv-x22700", "panasonic-nx510"])
def test_recordings(name: str) -> None:
    assert_says(panasonic.decode(raw(name)), expected(name, "panasonic"))


def test_a_recorder_has_no_full_name() -> None:
    said = by_field(panasonic.decode(raw("panasonic-nx510")))
    assert not {"panasonic.model", "panasonic.firmware"} & said.keys()
    assert "panasonic.channels" not in by_field(panasonic.decode(SAMPLE))


def test_whether_a_password_was_set() -> None:
    said = [
        by_field(panasonic.decode(SAMPLE[:0x25] + bytes([byte]) + SAMPLE[0x26:])).get(
            "panasonic.admin_password_set"
        )
        for byte in (0, 1, 2, 3)
    ]
    assert said == [None, ["false"], ["true"], None]


def test_length_word_counts_the_values() -> None:
    assert int.from_bytes(SAMPLE[2:4], "big") == SAMPLES["panasonic"]["expect"]["tlv_bytes"]


def test_first_value_is_at_0x30() -> None:
    data = HEADER + bytes.fromhex("00200004c0000207ffff0000")
    assert by_field(panasonic.decode(data))["panasonic.ipv4"] == ["192.0.2.7"]


def test_own_question_is_no_answer() -> None:
    assert len(QUESTION) == 52
    assert panasonic.decode(QUESTION) == malformed()


def test_a_length_beyond_the_end_keeps_what_was_read() -> None:
    data = HEADER + bytes.fromhex("00200004c0000207 00a7ffff5756")
    said = by_field(panasonic.decode(data))
    assert said == ALWAYS | {"panasonic.ipv4": ["192.0.2.7"]}


def test_values_of_a_wrong_size_are_nothing() -> None:
    data = HEADER + bytes.fromhex("00200002c000 00250001 50 00400003 fe8000 ffff0000")
    assert by_field(panasonic.decode(data)) == ALWAYS


def test_both_name_servers() -> None:
    data = HEADER + bytes.fromhex("002300080a0014010a001402ffff0000")
    assert by_field(panasonic.decode(data))["panasonic.dns"] == ["10.0.20.1", "10.0.20.2"]


def test_endless_empty_values_end() -> None:
    assert by_field(panasonic.decode(HEADER + bytes(60000))) == ALWAYS


@pytest.mark.parametrize("data", [b"", SAMPLE[:47], b"\x00\x01" + bytes(60), b"x" * 100])
def test_junk(data: bytes) -> None:
    assert panasonic.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 424))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, HEADER + data, SAMPLE[:at] + data + SAMPLE[at:]):
        assert all(field.startswith("panasonic.") for field, _ in panasonic.decode(sent).fields)
