from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import vstarcam
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import by_field, expected, raw

SAMPLE = raw("vstarcam")


def test_recording() -> None:
    assert by_field(vstarcam.decode(SAMPLE)) == expected("vstarcam", "vstarcam")


def test_user_and_password_are_never_read() -> None:
    full = SAMPLE[:236].ljust(236, b"\0") + b"admin".ljust(32, b"\0") + b"888888".ljust(32, b"\0")
    assert vstarcam.decode(full) == vstarcam.decode(SAMPLE)
    long = full[:204] + b"x" * 32 + full[236:]
    assert by_field(vstarcam.decode(long))["vstarcam.firmware"] == ["x" * 16]


@pytest.mark.parametrize("uid", [b"VSTC123456ABCDE", b"VSTA-123456-ABCDE"])
def test_a_cloud_identity_is_not_kept(uid: bytes) -> None:
    found = vstarcam.decode(SAMPLE[:92] + uid.ljust(32, b"\0") + SAMPLE[124:])
    assert "vstarcam.serial" not in by_field(found)
    assert "123456" not in str(found)


def test_own_question_is_no_answer() -> None:
    assert vstarcam.decode(bytes.fromhex("44480101")) == malformed()
    assert vstarcam.decode(bytes.fromhex("44480101") + SAMPLE[4:]) == malformed()


def test_an_address_field_of_other_text_is_nothing() -> None:
    data = SAMPLE[:4] + b"not an address!!" + SAMPLE[20:]
    assert "vstarcam.ipv4" not in by_field(vstarcam.decode(data))


@pytest.mark.parametrize("data", [b"", SAMPLE[:91], SAMPLE[:4] + bytes(88), b"DH" * 60])
def test_junk(data: bytes) -> None:
    assert vstarcam.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 240))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, SAMPLE[:4] + data, SAMPLE[:at] + data + SAMPLE[at:]):
        found = vstarcam.decode(sent)
        assert all(field.startswith("vstarcam.") for field, _ in found.fields)
        assert found == vstarcam.decode(sent[:236])
