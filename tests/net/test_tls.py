from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.net.tls import TlsLayer, old_device_context, sni_of, status_of_tls

OldServerFactory = Callable[[int, ssl.TLSVersion], Any]


def handshake(client: TlsLayer, context: ssl.SSLContext) -> ssl.SSLObject:
    """Shake hands in memory; returns the server's side."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(to_server, to_client, server_side=True)
    client_done = server_done = False
    for _ in range(10):
        client_done = client_done or bool(client.handshake())
        to_server.write(client.outgoing())
        if not server_done:
            try:
                server.do_handshake()
                server_done = True
            except ssl.SSLWantReadError:
                server_done = False
        if data := to_client.read():
            client.feed(data)
        if client_done and server_done:
            return server
    raise AssertionError("no handshake")


@pytest.mark.parametrize(
    ("bits", "version"),
    [
        (512, ssl.TLSVersion.TLSv1),
        (1024, ssl.TLSVersion.TLSv1),
        (1024, ssl.TLSVersion.TLSv1_1),
        (512, ssl.TLSVersion.TLSv1_2),
        (2048, ssl.TLSVersion.TLSv1_3),
    ],
)
def test_the_certificate_of_old_and_new_devices(
    old_server: OldServerFactory, bits: int, version: ssl.TLSVersion
) -> None:
    server = old_server(bits, version)
    client = TlsLayer("192.168.1.64")
    handshake(client, server.context)
    assert client.certificate == server.certificate
    assert client.version == version.name.replace("_", ".")
    assert server.names == [None]  # no SNI for an address


def test_a_default_context_would_not_have_read_it(old_server: OldServerFactory) -> None:
    server = old_server(512, ssl.TLSVersion.TLSv1)
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    strict.check_hostname = False
    strict.verify_mode = ssl.CERT_NONE
    client = TlsLayer(None)
    client._tls = strict.wrap_bio(client._incoming, client._outgoing)
    with pytest.raises(ssl.SSLError):
        handshake(client, server.context)


def test_the_context_verifies_nothing_and_allows_legacy_servers() -> None:
    context = old_device_context()
    assert context.verify_mode is ssl.CERT_NONE
    assert not context.check_hostname
    assert context.options & 0x4
    assert context is old_device_context()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        (None, None),
        ("", None),
        ("10.0.0.1", None),
        ("[fe80::1]", None),
        ("fe80::1%eth0", None),
        ("camera.example", "camera.example"),
        ("x" * 300, None),
        ("kamerä", None),
    ],
)
def test_sni_is_sent_for_names_only(name: str | None, sent: str | None) -> None:
    assert sni_of(name) == sent


def test_what_failures_mean() -> None:
    refused = ssl.SSLError(1, "x")
    refused.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert status_of_tls(refused) is Status.AUTH_REQUIRED
    assert status_of_tls(ssl.SSLEOFError(8, "eof")) is Status.CLOSED
    assert status_of_tls(ssl.SSLError(1, "wrong version number")) is Status.MALFORMED


def test_data_both_ways_and_a_clean_end(old_server: OldServerFactory) -> None:
    server_side = old_server(1024, ssl.TLSVersion.TLSv1_2)
    client = TlsLayer(None)
    server = handshake(client, server_side.context)
    assert client.read(100) is None
    client.write(b"hello")
    client.finish()
    assert len(client.outgoing()) > 5
    client.feed(b"")
    assert client.read(100) == b""
    assert server is not None


@given(st.binary(min_size=1, max_size=2000))
def test_fuzz_any_bytes_end_in_an_ssl_error_or_a_wish_for_more(data: bytes) -> None:
    client = TlsLayer(None)
    client.handshake()
    client.feed(data)
    outcome: object
    try:
        outcome = client.handshake()
    except ssl.SSLError as error:
        outcome = status_of_tls(error)
    assert outcome in (None, Status.MALFORMED, Status.CLOSED)
