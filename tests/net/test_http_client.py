from __future__ import annotations

import asyncio
import gzip
import ssl
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camscan import __version__
from camscan.model.contact import Contact
from camscan.model.status import Status
from camscan.net.http_client import Exchange, _inflate, fetch, http_client, url
from camscan.net.profile import PROFILES

Make = Callable[..., Any]
OK_HEAD = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n"


class Web:
    """Answers every request with `answer`; remembers what it was asked."""

    def __init__(self, answer: bytes | Callable[[asyncio.StreamWriter], Any]) -> None:
        self.answer = answer
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        if isinstance(self.answer, bytes):
            writer.write(self.answer)
            await writer.drain()
        else:
            await self.answer(writer)


def get(
    make_dialer: Make,
    serve: Make,
    web: Web,
    *,
    path: str = "/",
    server_ssl: ssl.SSLContext | None = None,
    contacts: list[Contact] | None = None,
    **limits: Any,
) -> Exchange:
    async def run() -> Exchange:
        async with serve(web, ssl=server_ssl) as port:
            dialer = make_dialer(contacts=contacts, **limits)
            async with http_client(dialer) as client:
                scheme = "https" if server_ssl else "http"
                return await fetch(client, "GET", url(scheme, "127.0.0.1", port, path))

    return asyncio.run(run())


def test_a_page(make_dialer: Make, serve: Make) -> None:
    contacts: list[Contact] = []
    web = Web(OK_HEAD + b"Content-Length: 5\r\n\r\nhello")
    done = get(make_dialer, serve, web, contacts=contacts)
    assert done.status is Status.OK
    assert done.response is not None
    assert (done.response.status_code, done.response.text) == (200, "hello")
    assert done.response.headers["server"] == "App-webs/"
    assert done.received == web.answer
    assert [(c.query, c.transport) for c in contacts] == [("http GET /", "tcp")]


def test_what_is_sent_to_the_letter(make_dialer: Make, serve: Make) -> None:
    web = Web(OK_HEAD + b"Content-Length: 0\r\n\r\n")
    done = get(make_dialer, serve, web, path="/favicon.ico")
    assert done.connection is not None
    (request,) = web.requests
    assert request.decode().split("\r\n") == [
        "GET /favicon.ico HTTP/1.1",
        f"Host: 127.0.0.1:{done.connection.port}",
        f"User-Agent: camscan/{__version__}",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    ]


def test_post(make_dialer: Make, serve: Make) -> None:
    bodies: list[bytes] = []

    async def soap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"Content-Length: 7" in head
        bodies.append(await reader.readexactly(7))
        writer.write(OK_HEAD + b"Content-Length: 2\r\n\r\nok")
        await writer.drain()

    async def run() -> Exchange:
        async with serve(soap) as port, http_client(make_dialer()) as client:
            target = url("http", "127.0.0.1", port, "/onvif/device_service")
            return await fetch(client, "POST", target, content=b"<soap/>")

    done = asyncio.run(run())
    assert done.status is Status.OK
    assert bodies == [b"<soap/>"]


def test_https_of_an_old_device(make_dialer: Make, serve: Make, old_server: Make) -> None:
    server = old_server(512, ssl.TLSVersion.TLSv1)
    web = Web(OK_HEAD + b"Content-Length: 2\r\n\r\nok")
    done = get(make_dialer, serve, web, server_ssl=server.context)
    assert done.status is Status.OK
    assert done.peer_certificate == server.certificate
    assert done.tls_version == "TLSv1"


def test_https_to_a_port_that_speaks_http(make_dialer: Make, serve: Make) -> None:
    async def run() -> Exchange:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            await writer.drain()

        async with serve(plain) as port, http_client(make_dialer()) as client:
            return await fetch(client, "GET", url("https", "127.0.0.1", port))

    done = asyncio.run(run())
    assert done.status is Status.MALFORMED
    assert done.fault


def test_a_redirect_is_shown_and_not_followed(make_dialer: Make, serve: Make) -> None:
    web = Web(b"HTTP/1.1 302 Found\r\nLocation: http://8.8.8.8/\r\nContent-Length: 0\r\n\r\n")
    done = get(make_dialer, serve, web)
    assert done.response is not None
    assert done.response.status_code == 302
    assert done.response.headers["location"] == "http://8.8.8.8/"
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200\r\nThu Jan  1 00:00:00 1970\r\n\r\nbody",  # GoAhead's bare date
        b"junk\r\nHTTP/1.1 200 OK\r\n\r\nbody",
        b"RTSP/1.0 400 Bad Request\r\n\r\n",
        b"<html>no head at all</html>",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"\x00\xff\x00\xff",
    ],
)
def test_what_httpx_refuses_is_there_for_the_lenient_codec(
    make_dialer: Make, serve: Make, answer: bytes
) -> None:
    web = Web(answer)
    done = get(make_dialer, serve, web)
    assert done.status is Status.MALFORMED
    assert done.response is None
    assert done.received == answer
    assert len(web.requests) == 1


def test_a_server_that_says_nothing_and_one_that_hangs(make_dialer: Make, serve: Make) -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    assert get(make_dialer, serve, Web(b"")).status is Status.CLOSED
    done = get(make_dialer, serve, Web(hang), read_timeout=0.2)
    assert done.status is Status.TIMED_OUT
    assert done.received == b""


def test_a_gigabyte_ends_at_the_bound(make_dialer: Make, serve: Make) -> None:
    sent = 0

    async def gigabyte(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK_HEAD + b"Content-Length: 1073741824\r\n\r\n")
        while sent < 2**30:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    done = get(make_dialer, serve, Web(gigabyte))
    assert done.status is Status.TOO_LARGE
    assert done.response is not None
    assert set(done.response.content) == {ord("x")}
    assert len(done.received) == 65536
    assert sent < 32 * 2**20  # what the kernel's buffers took before the reset


@pytest.mark.alone
@pytest.mark.parametrize(
    "kind", [b"multipart/x-mixed-replace; boundary=BoundaryString", b"Video/mpeg", b"audio/basic"]
)
def test_a_stream_ends_with_its_head(make_dialer: Make, serve: Make, kind: bytes) -> None:
    async def stream(writer: asyncio.StreamWriter) -> None:
        writer.write(OK_HEAD + b"Content-Type: " + kind + b"\r\n\r\n--BoundaryString\r\n")
        await writer.drain()
        while not writer.is_closing():
            writer.write(b"\xff\xd8" * 512)
            await asyncio.wait_for(writer.drain(), 5)
            await asyncio.sleep(0.01)

    began = time.monotonic()
    done = get(make_dialer, serve, Web(stream))
    assert time.monotonic() - began < 2, "it is not read until a limit"
    assert done.status is Status.OK
    assert done.response is not None
    assert done.response.content == b""
    assert done.response.headers["content-type"].encode() == kind


@pytest.mark.parametrize(
    "part", [b"X-Header: yes\r\n", b"a" * 1000, b"HTTP/1.1 100 Continue\r\n\r\n"]
)
def test_an_endless_head_ends_at_the_bound(make_dialer: Make, serve: Make, part: bytes) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        if not part.startswith(b"HTTP"):
            writer.write(OK_HEAD)
        while True:
            writer.write(part * 100)
            await writer.drain()

    done = get(make_dialer, serve, Web(endless))
    assert done.status is Status.TOO_LARGE
    assert done.response is None
    assert len(done.received) == 65536


@pytest.mark.alone
def test_a_tarpit_ends_with_the_total_time_and_keeps_what_came(
    make_dialer: Make, serve: Make
) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(OK_HEAD + b"Content-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    begin = time.monotonic()
    done = get(make_dialer, serve, Web(drip), total_timeout=0.5)
    assert time.monotonic() - begin < 2
    assert done.status is Status.TIMED_OUT
    assert done.response is not None
    assert len(done.response.content) > 3


def test_a_wrong_content_length_keeps_the_body(make_dialer: Make, serve: Make) -> None:
    done = get(make_dialer, serve, Web(OK_HEAD + b"Content-Length: 99\r\n\r\nshort"))
    assert done.status is Status.MALFORMED
    assert done.response is not None
    assert done.response.text == "short"


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        (b"gzip", gzip.compress),
        (b"deflate", zlib.compress),
        (b"deflate", lambda data: zlib.compress(data)[2:-4]),
        (b"gzip", lambda data: data),
    ],
)
def test_a_coding_nobody_asked_for_is_undone(
    make_dialer: Make, serve: Make, coding: bytes, pack: Callable[[bytes], bytes]
) -> None:
    body = pack(b"<title>x</title>")
    length = str(len(body)).encode()
    head = OK_HEAD + b"Content-Encoding: " + coding + b"\r\nContent-Length: " + length
    done = get(make_dialer, serve, Web(head + b"\r\n\r\n" + body))
    assert done.response is not None
    assert done.response.content == b"<title>x</title>"
    assert done.response.headers["content-encoding"] == coding.decode()


def test_a_bomb_stays_small(make_dialer: Make, serve: Make) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    length = str(len(bomb)).encode()
    head = OK_HEAD + b"Content-Encoding: gzip\r\nContent-Length: " + length
    done = get(make_dialer, serve, Web(head + b"\r\n\r\n" + bomb))
    assert done.response is not None
    assert len(done.response.content) <= 65536


@given(st.binary(max_size=300))
def test_fuzz_inflate(body: bytes) -> None:
    assert len(_inflate(body, 1000)) <= 1000


def test_no_cookie_and_no_credential_ever_leaves(make_dialer: Make, serve: Make) -> None:
    web = Web(OK_HEAD + b"Set-Cookie: session=1; Path=/\r\nContent-Length: 0\r\n\r\n")

    async def run() -> None:
        async with serve(web) as port, http_client(make_dialer()) as client:
            target = url("http", "127.0.0.1", port)
            await fetch(client, "GET", target)
            await fetch(client, "GET", target)
            await fetch(client, "GET", target.replace("//", "//admin:secret@"))
            headers = {"Authorization": "Basic x", "Cookie": "a=b", "Proxy-Authorization": "y"}
            await fetch(client, "GET", target, headers=headers)
            await client.get(target, auth=("admin", "secret"))

    asyncio.run(run())
    assert len(web.requests) == 5
    for request in web.requests:
        lower = request.lower()
        assert b"cookie" not in lower
        assert b"authorization" not in lower
        assert b"secret" not in lower


def test_an_environment_full_of_proxies_changes_nothing(
    make_dialer: Make, serve: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxied: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxied.append(await reader.read(100))

    web = Web(OK_HEAD + b"Content-Length: 0\r\n\r\n")
    looked_up: list[object] = []

    async def run() -> tuple[Exchange, Exchange]:
        async with serve(proxy) as proxy_port, serve(web) as port:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"):
                for spelt in (name, name.lower()):
                    monkeypatch.setenv(spelt, f"http://user:secret@127.0.0.1:{proxy_port}")
            monkeypatch.setenv("NO_PROXY", "example.org")
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
            monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "missing"))
            netrc = tmp_path / ".netrc"
            netrc.write_text("machine 127.0.0.1 login admin password secret\n")
            netrc.chmod(0o600)
            monkeypatch.setenv("NETRC", str(netrc))
            monkeypatch.setenv("HOME", str(tmp_path))
            loop = asyncio.get_running_loop()
            monkeypatch.setattr(loop, "getaddrinfo", lambda *a, **k: looked_up.append(a))
            async with http_client(make_dialer(read_timeout=0.5)) as client:
                one = await fetch(client, "GET", url("http", "127.0.0.1", port))
                two = await fetch(client, "GET", url("https", "127.0.0.1", port))
                return one, two

    one, two = asyncio.run(run())
    assert one.status is Status.OK
    assert two.status is not Status.NOT_TRIED
    assert proxied == []
    assert looked_up == []
    assert b"authorization" not in b"".join(web.requests).lower()


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://camera.example/",
        "http://localhost/",
        "http://127.0.0.1@8.8.8.8/",
        "http://[::ffff:8.8.8.8]/",
        "https://[2001:db8::1]:8443/",
    ],
)
def test_out_of_scope_by_url(make_dialer: Make, target: str) -> None:
    contacts: list[Contact] = []

    async def run() -> Exchange:
        async with http_client(make_dialer(contacts=contacts)) as client:
            return await fetch(client, "GET", target)

    done = asyncio.run(run())
    assert done.status is Status.OUT_OF_SCOPE
    assert contacts == []


@pytest.mark.parametrize(
    "target", ["http://", "ftp://127.0.0.1/", "nonsense", "http://[::1", "\x00"]
)
def test_a_url_that_is_none_is_a_value(make_dialer: Make, target: str) -> None:
    async def run() -> Exchange:
        async with http_client(make_dialer()) as client:
            return await fetch(client, "GET", target)

    done = asyncio.run(run())
    assert done.status in (Status.NOT_TRIED, Status.OUT_OF_SCOPE)
    assert done.fault


def test_the_zone_of_an_address_is_dialled_and_not_sent(make_dialer: Make) -> None:
    assert url("http", "fe80::1%eth0", 80) == "http://[fe80::1]:80/"
    assert url("https", "10.0.0.1", 8443, "/a") == "https://10.0.0.1:8443/a"
    dialled: list[str] = []

    class Recorder:
        limits = make_dialer().limits

        async def open(
            self, address: str, port: int, *, query: str, patience: float | None = None
        ) -> Status:
            dialled.append(address)
            return Status.UNREACHABLE

    async def run() -> Exchange:
        async with http_client(Recorder()) as client:  # type: ignore[arg-type]
            target = url("http", "fe80::1%eth0", 80)
            return await fetch(client, "GET", target, address="fe80::1%eth0")

    assert asyncio.run(run()).status is Status.UNREACHABLE
    assert dialled == ["fe80::1%eth0"]


def test_each_request_has_its_own_connection_and_frees_the_device(
    make_dialer: Make, serve: Make
) -> None:
    web = Web(OK_HEAD + b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\nok")

    async def run() -> tuple[httpx.Response, httpx.Response]:
        async with serve(web) as port, http_client(make_dialer()) as client:
            first = await client.get(url("http", "127.0.0.1", port))
            return first, await asyncio.wait_for(client.get(url("http", "127.0.0.1", port)), 2)

    first, second = asyncio.run(run())
    assert first.text == second.text == "ok"
    assert len(web.requests) == 2


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=300).map(lambda b: b"HTTP/1.1 200 OK\r\n" + b),
        st.binary(max_size=300).map(
            lambda b: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b
        ),
    )
)
def test_fuzz_no_answer_raises(make_dialer: Make, serve: Make, answer: bytes) -> None:
    async def run() -> Exchange:
        async with serve(Web(answer)) as port:
            profile = PROFILES["thorough"].with_rate(100_000)
            async with http_client(make_dialer(profile=profile)) as client:
                return await fetch(client, "GET", url("http", "127.0.0.1", port))

    done = asyncio.run(run())
    assert done.received == answer
    assert done.status in (Status.OK, Status.MALFORMED, Status.CLOSED)
    assert (done.response is not None) or done.status is not Status.OK
