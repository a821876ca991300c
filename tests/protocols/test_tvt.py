"""TVT's search protocol: recorded announcements, and what must be ignored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import tvt
from camscan.protocols.decoded import malformed
from tests.protocols.recorded import assert_says, by_field, expected, raw

LOBBY = raw("tvt-announce-lobby")
XML = raw("tvt-xml-td-3332b4")


@pytest.mark.parametrize(
    "name", ["tvt-announce-lobby", "tvt-announce-entrance", "tvt-xml-td-3332b4"]
)
def test_recordings(name: str) -> None:
    assert_says(tvt.decode(raw(name)), expected(name, "tvt"))


def test_acknowledgement_to_another_tool_is_ignored() -> None:
    assert tvt.decode(raw("tvt-other-ack")) == malformed()


@pytest.mark.parametrize("command", [0, 1, 3, 12, 15, 16, 18, 0x0200])
def test_every_other_command_is_ignored(command: int) -> None:
    data = LOBBY[:8] + command.to_bytes(4, "little") + LOBBY[12:]
    assert tvt.decode(data) == malformed()


@pytest.mark.parametrize("version", [b"\x07\x00\x01\x00", b"\x09\x00\x01\x00"])
def test_version_word_is_no_command(version: bytes) -> None:
    data = LOBBY[:4] + version + LOBBY[8:]
    assert tvt.decode(data) == tvt.decode(LOBBY)


def test_own_search_is_no_answer() -> None:
    assert tvt.decode(bytes.fromhex("4d4845440900010001000000") + bytes(128)) == malformed()


def test_password_is_never_read() -> None:
    secret = b"cGFzc3dvcmQxMjM0NTY3ODkwYWJj"
    data = LOBBY[:84] + secret + LOBBY[112:]
    assert len(secret) == 28
    assert tvt.decode(data) == tvt.decode(LOBBY)


@pytest.mark.parametrize(("word", "kind"), [(2, "NVR"), (3, "DVR"), (4, "IPC"), (6, "MDVR")])
def test_device_type(word: int, kind: str) -> None:
    data = LOBBY[:64] + word.to_bytes(4, "little") + LOBBY[68:]
    assert by_field(tvt.decode(data))["tvt.device_type"] == [kind]


def test_what_was_not_set_is_left_out() -> None:
    data = LOBBY[:56] + bytes(8) + LOBBY[64:]
    said = by_field(tvt.decode(data))
    assert not {"tvt.build_date", "tvt.http_port", "tvt.rtsp_port", "tvt.device_type"} & said.keys()


def test_impossible_build_date_is_none() -> None:
    for number in (20231301, 20231032, 19991231, 7):
        data = LOBBY[:56] + number.to_bytes(4, "little") + LOBBY[60:]
        assert "tvt.build_date" not in by_field(tvt.decode(data))


def test_short_form_of_140_bytes_still_says_who_it_is() -> None:
    said = by_field(tvt.decode(LOBBY[:140]))
    assert said["tvt.mac"] == ["02:00:00:fe:0a:29"]
    assert "tvt.model" not in said
    assert tvt.decode(LOBBY[:139]) == malformed()


def test_xml_after_an_http_head() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    assert tvt.decode(head + XML) == tvt.decode(XML)


def test_xml_with_the_other_element_names() -> None:
    said = by_field(
        tvt.decode(
            b"<multicastSearchResult><tcpIp><ip>192.0.2.7</ip><mask>255.255.255.0</mask>"
            b"<route>192.0.2.1</route></tcpIp><port><httpType>8080</httpType>"
            b"<rtspPort>554</rtspPort></port><productInfo><unit>I2-390</unit>"
            b"<softwareVer>4.2</softwareVer><softBuildDate>2021-03-04</softBuildDate>"
            b"<customerSN>S1</customerSN></productInfo></multicastSearchResult>"
        )
    )
    assert said["tvt.ipv4"] == ["192.0.2.7"]
    assert said["tvt.gateway"] == ["192.0.2.1"]
    assert said["tvt.http_port"] == ["8080"]
    assert said["tvt.model"] == ["I2-390"]
    assert said["tvt.serial"] == ["S1"]
    assert said["tvt.build_date"] == ["2021-03-04"]


def test_a_name_of_the_port_block_is_no_name_of_the_network_block() -> None:
    data = XML.replace(b"<devName>NVR-Front</devName>", b"")
    assert by_field(tvt.decode(data))["tvt.name"] == ["NVR"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MHED",
        b"M-SEARCH * HTTP/1.1\r\n\r\n",
        b"<other/>",
        b"<multicastSearchResult>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><multicastSearchResult/>',
    ],
)
def test_junk(data: bytes) -> None:
    assert tvt.decode(data) == malformed()


@given(st.binary(max_size=300), st.integers(0, 239))
def test_fuzz_decode(data: bytes, at: int) -> None:
    for sent in (data, LOBBY[:12] + data, LOBBY[:at] + data, XML[:at] + data + XML[at:]):
        for field, value in tvt.decode(sent).fields:
            assert field.startswith("tvt.")
            assert "\n" not in value
