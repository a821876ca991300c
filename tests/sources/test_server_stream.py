"""Answers of servers, joined from segments in the order and shape that captures have."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources import server_stream
from camscan.sources.server_stream import ServerStreams

FIN, RST, ACK = 1, 4, 16
CLIENT, SERVER = bytes([192, 0, 2, 9]), bytes([192, 0, 2, 1])
PEM = Path(__file__).parents[1] / "protocols" / "data" / "rsa512-sha1.pem"
GET = b"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n"
BODY = b"<html><title>Door</title></html>"
HEAD = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: %d\r\n\r\n" % len(BODY)
REALM = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="cam"\r\n\r\n'
SDP = b"v=0\r\ns=Media\r\na=tool:vlc 3\r\n"
RTSP = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: H264DVR 1.0\r\nContent-Length: %d\r\n\r\n%s" % (
    len(SDP),
    SDP,
)


def tcp(source_port: int, port: int, flags: int, payload: bytes, sequence: int) -> bytes:
    head = struct.pack(">HHIIBBHHH", source_port, port, sequence, 0, 0x50, flags, 8192, 0, 0)
    return head + payload


class Talk:
    """Feeds segments as the frame reader does: only those that begin something or belong to it."""

    def __init__(self, port: int = 80) -> None:
        self.port = port
        self.answers: list[tuple[str, int, dict[str, str]]] = []
        self.streams = ServerStreams(self.take)

    def take(self, server, port, at, protocol, fields) -> None:
        assert server == SERVER
        self.answers.append((protocol, port, dict(fields)))

    def send(
        self, payload: bytes, *, sequence: int = 1, flags: int = ACK, back: bool = True
    ) -> None:
        ports = (self.port, 40000) if back else (40000, self.port)
        ends = SERVER + CLIENT if back else CLIENT + SERVER
        segment = tcp(*ports, flags, payload, sequence)
        key = ends + segment[:4]
        self.streams.segment(key, segment, 0, 20, len(segment), 5.0)

    def ask(self, text: bytes) -> None:
        self.send(text, back=False)


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_the_page_of_a_visitor(talk: Talk) -> None:
    talk.ask(GET)
    talk.send(HEAD)
    assert talk.answers == []
    talk.send(BODY, sequence=1 + len(HEAD))
    ((protocol, port, fields),) = talk.answers
    assert (protocol, port) == ("http", 80)
    assert fields["http.server"] == "App-webs/"
    assert fields["http.title"] == "Door"
    assert "Door" in fields["http.body"]
    assert not talk.streams.open


@pytest.mark.parametrize(
    "request_text",
    [
        None,
        GET.replace(b"Host", b"Authorization: Basic YTpi\r\nHost"),
        GET.replace(b"Host", b"cookie: session=1\r\nHost"),
        b"GET /users.xml HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
    ],
    ids=["unknown", "login", "cookie", "path", "post"],
)
def test_what_others_saw_stays_theirs(talk: Talk, request_text: bytes | None) -> None:
    talk.ask(GET)
    if request_text is None:
        talk = Talk()
    else:
        talk.ask(request_text)
    talk.send(HEAD + BODY)
    ((_, _, fields),) = talk.answers
    assert fields["http.server"] == "App-webs/"
    assert "http.body" not in fields
    assert "http.title" not in fields


def test_a_device_description_is_read_whoever_fetched_it(talk: Talk) -> None:
    xml = (
        b"<root><device><manufacturer>AXIS</manufacturer><modelName>AXIS M1014</modelName>"
        b"</device></root>"
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(xml)
    talk.ask(b"GET /rootdesc1.xml HTTP/1.1\r\n\r\n")
    talk.send(head + xml[:40])
    assert talk.answers == []
    talk.send(xml[40:], sequence=1 + len(head) + 40)
    ((_, _, fields),) = talk.answers
    assert fields["upnp.model_name"] == "AXIS M1014"
    assert "http.body" not in fields


def test_other_xml_stays_theirs(talk: Talk) -> None:
    talk.ask(b"GET /ISAPI/Security/users HTTP/1.1\r\n\r\n")
    xml = b"<UserList><User><userName>admin</userName></User></UserList>"
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n" + xml, flags=FIN | ACK)
    assert "admin" not in str(talk.answers)


def test_segments_out_of_order_and_repeated(talk: Talk) -> None:
    talk.ask(GET)
    whole = HEAD + BODY
    talk.send(whole[:20])
    talk.send(whole[60:], sequence=61)
    talk.send(whole[10:60], sequence=11)
    ((_, _, fields),) = talk.answers
    assert fields["http.title"] == "Door"


def test_sequence_numbers_wrap(talk: Talk) -> None:
    talk.ask(GET)
    talk.send(HEAD, sequence=2**32 - 10)
    talk.send(BODY, sequence=(2**32 - 10 + len(HEAD)) % 2**32)
    assert talk.answers[0][2]["http.title"] == "Door"


@pytest.mark.parametrize("flags", [FIN | ACK, RST])
def test_the_end_of_the_connection_ends_the_answer(talk: Talk, flags: int) -> None:
    talk.ask(GET)
    start = b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n<title>Cut"
    talk.send(start)
    talk.send(b"", sequence=1 + len(start), flags=flags)
    assert talk.answers[0][2]["http.server"] == "x"


def test_the_end_of_the_capture_ends_it_too(talk: Talk) -> None:
    talk.send(b"HTTP/1.0 200 OK\r\nServer: x\r\n")
    assert talk.answers == []
    talk.streams.finish()
    assert talk.answers[0][2]["http.server"] == "x"


def test_chunks(talk: Talk) -> None:
    talk.ask(GET)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    talk.send(head + b"%x\r\n%s\r\n" % (len(BODY), BODY))
    assert talk.answers == []
    talk.send(b"0\r\n\r\n", sequence=1 + len(head) + len(BODY) + 6)
    assert talk.answers[0][2]["http.title"] == "Door"


def test_several_answers_on_one_connection(talk: Talk) -> None:
    talk.send(REALM)
    talk.send(HEAD, sequence=1 + len(REALM))
    assert [fields["http.status"] for _, _, fields in talk.answers] == ["401", "200"]


def test_rtsp_with_its_description() -> None:
    talk = Talk(554)
    talk.send(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n")
    talk.send(RTSP[:-10], sequence=200)
    talk.send(RTSP[-10:], sequence=200 + len(RTSP) - 10)
    assert [protocol for protocol, _, _ in talk.answers] == ["rtsp", "rtsp"]
    fields = talk.answers[1][2]
    assert fields["rtsp.server"] == "H264DVR 1.0"
    assert "a=tool:vlc 3" in fields["rtsp.sdp"]


def test_a_certificate_over_many_segments(wire) -> None:
    lines = PEM.read_text().splitlines()
    tls = wire.tls(base64.b64decode("".join(line for line in lines if "-----" not in line)))
    talk = Talk(443)
    for at in range(0, len(tls), 100):
        talk.send(tls[at : at + 100], sequence=1 + at)
    ((protocol, port, fields),) = talk.answers
    assert (protocol, port) == ("tls", 443)
    assert fields["tls.sha256"]


def test_what_begins_like_nothing_opens_nothing(talk: Talk) -> None:
    for payload in (
        b"\x16\x03\x01\x00\x10\x01",
        b"HTTPS!",
        b"RTSPX",
        b"$\0\0\x10abc",
        b"SSH-2.0-x",
    ):
        talk.send(payload)
    assert not talk.streams.open


def test_a_flood_of_open_answers_is_bounded(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_stream, "_MOST_STREAMS", 8)
    monkeypatch.setattr(server_stream, "_MOST_REQUESTS", 8)
    monkeypatch.setattr(server_stream, "_MOST_ANSWERS", 20)
    for port in range(1000):
        segment = tcp(80, port, ACK, b"HTTP/1.1 200 OK\r\nX: 1\r\n", 1)
        talk.streams.segment(SERVER + CLIENT + segment[:4], segment, 0, 20, len(segment), 1.0)
        ask = tcp(port, 80, ACK, GET, 1)
        talk.streams.segment(CLIENT + SERVER + ask[:4], ask, 0, 20, len(ask), 1.0)
        assert len(talk.streams.open) <= 8
    assert len(talk.streams._roots) == 8
    assert len(talk.answers) <= 20


def test_one_endless_answer_is_cut(talk: Talk) -> None:
    talk.ask(GET)
    talk.send(b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\n")
    sequence = 1 + 30
    for _ in range(40):
        talk.send(b"x" * 1400, sequence=sequence)
        sequence += 1400
    assert len(talk.answers) == 1
    assert not talk.streams.open


def test_many_gaps_end_the_waiting(talk: Talk) -> None:
    talk.send(b"HTTP/1.0 200 OK\r\nServer: x\r\n")
    for number in range(30):
        talk.send(b"y" * 10, sequence=1000 + number * 20)
    assert talk.answers[0][2]["http.server"] == "x"


@given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 2**32 - 1), st.booleans())))
def test_fuzz_segments_never_raise(segments: list[tuple[bytes, int, bool]]) -> None:
    talk = Talk()
    servers: set[bytes] = set()  # whoever sends an answer is one, also who asked before
    talk.streams = ServerStreams(lambda server, *_: servers.add(server))
    talk.send(HEAD[:30])
    for payload, sequence, back in segments:
        talk.send(payload, sequence=sequence, back=back)
    talk.streams.finish()
    assert not talk.streams.open
    assert servers <= {SERVER, CLIENT}
