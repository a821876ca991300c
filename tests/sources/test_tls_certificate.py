from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.tls_certificate import (
    NoCertificate,
    server_certificate,
    starts_like_server,
)

PEM = (Path(__file__).parents[1] / "protocols" / "data" / "rsa512-sha1.pem").read_text()
DER = base64.b64decode("".join(line for line in PEM.splitlines() if "-----" not in line))


@pytest.fixture(scope="module")
def stream(wire) -> bytes:
    return wire.tls(DER, b"other")


def test_the_first_certificate(stream: bytes) -> None:
    assert starts_like_server(stream)
    assert server_certificate(stream) == DER


def test_messages_in_one_record_and_over_several(wire) -> None:
    both = wire.SERVER_HELLO + wire.certificates(DER)
    assert server_certificate(wire.record(both)) == DER
    parts = (wire.record(both[at : at + 50]) for at in range(0, len(both), 50))
    assert server_certificate(b"".join(parts)) == DER


def test_every_start_asks_for_more_until_the_certificate_is_whole(stream: bytes) -> None:
    whole = stream.index(DER) + len(DER)
    for cut in range(1, len(stream), 7):
        found = server_certificate(stream[:cut])
        assert found == (DER if cut >= whole else NoCertificate.INCOMPLETE), cut


def test_what_never_shows_one(wire) -> None:
    hello = wire.record(wire.SERVER_HELLO)
    for data in (
        hello + wire.record(b"\x01", kind=20) + wire.record(bytes(400), kind=23),  # TLS 1.3
        wire.record(b"\x02\x28", kind=21),
        wire.record(wire.handshake(1, bytes(60))),  # a client's hello
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        hello + wire.record(wire.handshake(11, b"\0\0\x03\0\0\0")),
        hello + wire.record(wire.handshake(11, b"\0\0\x09\xff\xff\xff")),
        wire.record(b""),
    ):
        assert server_certificate(data) is NoCertificate.NEVER


@given(data=st.data())
def test_fuzz_server_certificate_never_raises(stream: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stream)))
    junk = data.draw(st.binary(max_size=300))
    for raw in (junk, stream[:at] + junk + stream[at + len(junk) :]):
        assert isinstance(server_certificate(raw), (bytes, NoCertificate))
