"""Payloads: read back by libraries that know the formats."""

from __future__ import annotations

import random
import ssl
import struct

import dns.message
import dns.rdatatype
import pytest

from camscan.lab import talk


def test_dns_messages_are_read_by_dnspython() -> None:
    asked = dns.message.from_wire(talk.dns_question(7, "www.example.org"))
    assert str(asked.question[0]) == "www.example.org. IN A"
    reply = dns.message.from_wire(talk.dns_answer(7, "www.example.org", ("192.0.2.1",)))
    assert [str(item) for item in reply.answer[0]] == ["192.0.2.1"]
    assert reply.answer[0].rdtype == dns.rdatatype.A
    nothing = dns.message.from_wire(talk.dns_answer(7, "nowhere.example", ()))
    assert nothing.rcode() == 3


def test_a_real_tls_server_reads_the_server_name_of_the_hello() -> None:
    seen: list[str | None] = []

    def name(_socket: ssl.SSLObject, host: str | None, _context: ssl.SSLContext) -> int:
        seen.append(host)
        return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE

    for host in ("litedev.hik-connect.com", None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = name  # type: ignore[assignment]
        incoming = ssl.MemoryBIO()
        incoming.write(talk.client_hello(random.Random(1), host))
        server = context.wrap_bio(incoming, ssl.MemoryBIO(), server_side=True)
        with pytest.raises(ssl.SSLError) as caught:  # it has no certificate to go on with
            server.do_handshake()
        assert "DECODE" not in (caught.value.reason or "")
    assert seen == ["litedev.hik-connect.com", None]


def test_records_are_framed() -> None:
    data = talk.records(random.Random(1), 10_000)
    sizes = []
    while data:
        kind, version, length = struct.unpack("!BHH", data[:5])
        assert (kind, version) == (0x17, 0x0303)
        sizes.append(length)
        data = data[5 + length :]
    assert sum(sizes) == 10_000


def test_ntp_packets_carry_the_time() -> None:
    at = 1_800_000_000.5
    request, reply = talk.ntp_request(at), talk.ntp_reply(at)
    assert len(request) == len(reply) == 48
    assert (request[0] & 7, reply[0] & 7) == (3, 4)
    seconds, fraction = struct.unpack("!II", request[40:])
    assert (seconds - 2_208_988_800, fraction) == (1_800_000_000, 1 << 31)


def test_a_recorder_pulls_interleaved_media() -> None:
    said = talk.rtsp_pull(random.Random(1), "10.66.0.10", 20_000)
    assert said[0][1].startswith(b"OPTIONS rtsp://10.66.0.10:554/")
    assert said[3][1].count(b"$\0\x05\x78") >= 10
