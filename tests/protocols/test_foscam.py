from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import foscam
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, by_field, expected, raw

PLAIN = raw("foscam-plain")
SEALED = raw("foscam-xor")


@pytest.mark.parametrize("name", ["foscam-plain", "foscam-xor"])
def test_recordings(name: str) -> None:
    assert_says(foscam.decode(raw(name)), expected(name, "foscam"))


def test_key_counts_only_with_the_flag() -> None:
    assert SEALED[7:15] == b"_Foscam_"
    keyed = PLAIN[:7] + b"_Foscam_" + PLAIN[15:]
    assert foscam.decode(keyed) == foscam.decode(PLAIN)


def test_serial_that_is_a_mac() -> None:
    data = PLAIN[:0x17] + b"00626E000001\0" + PLAIN[0x24:]
    said = by_field(foscam.decode(data))
    assert said["foscam.mac"] == ["00:62:6e:00:00:01"]
    assert said["foscam.serial"] == ["00626E000001"]
    assert "foscam.mac" not in by_field(foscam.decode(PLAIN))


@pytest.mark.parametrize("kind", [0, 2, 3, 0x0100])
def test_questions_and_settings_are_no_answers(kind: int) -> None:
    assert foscam.decode(PLAIN[:4] + kind.to_bytes(2, "little") + PLAIN[6:]) == malformed()


@pytest.mark.parametrize(
    "question",
    [
        "4d4f5f490000000000000000000000040000000400000000000001",
        "4d4f5f490000000000000000000000040000000000000000000001",
    ],
)
def test_own_question_is_no_answer(question: str) -> None:
    assert foscam.decode(bytes.fromhex(question)) == malformed()


def test_firmware_of_both_parts() -> None:
    data = PLAIN[:0x4D] + bytes([11, 37, 2, 49, 2, 0, 10, 4]) + PLAIN[0x55:]
    said = by_field(foscam.decode(data))
    assert said["foscam.firmware"] == ["11.37.2.49"]
    assert said["foscam.web_version"] == ["2.0.10.4"]


def test_an_answer_of_88_bytes_says_dhcp() -> None:
    assert by_field(foscam.decode(PLAIN + b"\x01"))["foscam.dhcp"] == ["true"]
    assert "foscam.dhcp" not in by_field(foscam.decode(PLAIN))


@pytest.mark.parametrize("data", [b"", b"MO_I", PLAIN[:86], PLAIN[:0x17] + bytes(64), b"MO_V" * 30])
def test_junk(data: bytes) -> None:
    assert foscam.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 86))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, PLAIN[:6] + data, SEALED[:at] + data + SEALED[at:]):
        for field, value in foscam.decode(sent).fields:
            assert field.startswith("foscam.")
            assert "\n" not in value
