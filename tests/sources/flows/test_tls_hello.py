import ssl
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.tls_hello import Hello, host_text, server_name


def test_name(wire):
    assert server_name(wire.client_hello("LiteDev.hik-connect.com")) == "litedev.hik-connect.com"
    assert server_name(wire.client_hello("a.example", padding=3000)) == "a.example"


def test_no_name(wire):
    assert server_name(wire.client_hello(None)) is Hello.NO_NAME
    assert server_name(wire.client_hello("")) is Hello.NO_NAME
    assert server_name(wire.client_hello("bad name\n")) is Hello.NO_NAME


def test_every_cut_is_incomplete(wire):
    hello = wire.client_hello("camera.example")
    for length in range(len(hello)):
        assert server_name(hello[:length]) is Hello.INCOMPLETE, length


def test_hello_over_two_records(wire):
    hello = wire.client_hello("camera.example")[5:]
    cut = b"".join(
        b"\x16\x03\x01" + struct.pack(">H", len(part)) + part for part in (hello[:30], hello[30:])
    )
    assert server_name(cut) == "camera.example"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"SSH-2.0-dropbear",
        b"\x16\x03\x01\x00\x04\x02\x00\x00\x00",
        b"\x16\x03\x01\x00\x00",
        b"\x16\x03\x01\x00\x04\x01\xff\xff\xff",
        b"\x17\x03\x03\x00\x01x",
    ],
)
def test_other_streams_are_not_tls(data):
    assert server_name(data) is Hello.NOT_TLS


def test_host_text():
    assert host_text(b"Cam.Example.") == "cam.example"
    assert host_text(b"x" * 300) is None
    assert host_text("bücher.example".encode()) is None


@given(st.binary(max_size=200))
def test_fuzz_any_bytes(data):
    for start in (b"", b"\x16\x03\x01", b"\x16\x03\x01\x00\x40\x01\x00\x00\x3c\x03\x03"):
        found = server_name(start + data)
        assert isinstance(found, Hello) or 0 < len(found) <= 253


def test_the_hello_of_a_real_client():
    context = ssl.create_default_context()
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="dev.hik-connect.com")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    hello = outgoing.read()
    assert server_name(hello) == "dev.hik-connect.com"
    assert server_name(hello[:100]) is Hello.INCOMPLETE
