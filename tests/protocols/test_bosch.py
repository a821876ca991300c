from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import bosch
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, by_field, expected, raw

BINARY = raw("bosch-bin")
XML = raw("bosch-xml")


def test_binary_recording() -> None:
    assert by_field(bosch.decode(BINARY)) == expected("bosch-bin", "bosch")


def test_xml_recording() -> None:
    fields = expected("bosch-xml", "bosch", renamed={"name": "friendly_name"})
    assert_says(bosch.decode(XML), fields)


def test_session_key_is_not_kept() -> None:
    data = XML.replace(b"0000000000000001", b"feedfacefeedface")
    assert data != XML
    assert "feedface" not in str(bosch.decode(data))


def test_own_question_is_no_answer() -> None:
    assert bosch.decode(bytes.fromhex("9939a4276008ad0aff0006de")) == malformed()


def test_xml_of_another_namespace_is_not_bosch() -> None:
    upnp = XML.replace(b"OEMExt00:device-1-0", b"urn:schemas-upnp-org:device-1-0")
    assert bosch.decode(upnp) == malformed()


def test_xml_cut_short_still_says_who_it_is() -> None:
    said = by_field(bosch.decode(XML[: XML.index(b"<RCPPort>")]))
    assert said["bosch.mac"] == ["00:11:22:33:44:55"]
    assert "bosch.rcp_port" not in said


@pytest.mark.parametrize(
    "data", [b"", BINARY[:31], BINARY[:8] + bytes(24), b"<root/>", b"x" * 32, b"<" * 400]
)
def test_junk(data: bytes) -> None:
    assert bosch.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 900))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, BINARY[:4] + data, BINARY[: at % 32] + data, XML[:at] + data + XML[at:]):
        assert all(field.startswith("bosch.") for field, _ in bosch.decode(sent).fields)
