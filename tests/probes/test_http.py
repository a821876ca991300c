"""GET `/`, redirects, favicon, the lenient re-read, and devices that misbehave."""

from __future__ import annotations

import asyncio
import base64
import socket
import time

import mmh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.probes.http import HttpProbe, _complete

HOST = "127.77.0.1"
ICON = b"\x00\x00\x01\x00\x01\x00\x10\x10" + bytes(range(64))


def values(result, field):
    return [e.value for e in result.evidence if e.field == field]


def run(bench, device_block, *, tls=False, emit=None, host=HOST, **context):
    async def go():
        async with bench.context(**context) as ctx, device_block as device:
            result = await HttpProbe(tls=tls).run(ctx, host, device.port, emit=emit)
            return result, device

    return asyncio.run(go())


def test_start_page_and_favicon(bench, answering, page):
    def answer(request):
        if request.startswith(b"GET /favicon.ico"):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: image/x-icon\r\n\r\n"
            return head + ICON
        return page("<html><title>WEB SERVICE</title></html>", server="App-webs/")

    seen = []
    result, device = run(bench, answering(answer), emit=seen.append)
    assert result.status is Status.OK
    assert result.service == "http"
    assert values(result, "http.status") == ["200"]
    assert values(result, "http.server") == ["App-webs/"]
    assert values(result, "http.title") == ["WEB SERVICE"]
    assert values(result, "http.favicon.mmh3") == [str(mmh3.hash(base64.encodebytes(ICON)))]
    assert tuple(seen) == result.evidence
    assert device.lines == ["GET / HTTP/1.1", "GET /favicon.ico HTTP/1.1"]
    assert device.visits == 2
    evidence = result.evidence[0]
    assert (evidence.target, evidence.port, evidence.method) == (HOST, device.port, "http")
    for request in device.requests:
        low = request.lower()
        assert b"connection: close" in low
        assert b"accept-encoding: identity" in low
        assert b"authorization" not in low
        assert b"cookie" not in low


def test_login_wanted(bench, answering, page):
    challenge = 'WWW-Authenticate: Digest realm="IP Camera(12345)", nonce="1"'
    result, device = run(
        bench, answering(page("", status="401 Unauthorized", headers=(challenge,)))
    )
    assert result.status is Status.AUTH_REQUIRED
    assert values(result, "http.www_authenticate") == [challenge.partition(": ")[2]]
    assert device.lines == ["GET / HTTP/1.1", "GET /favicon.ico HTTP/1.1"]


def test_two_redirects_are_followed_and_no_third(bench, answering, page):
    def answer(request):
        path = request.split()[1]
        if path == b"/":
            return page("", status="302 Found", headers=("Location: /doc/index.asp",))
        if path == b"/doc/index.asp":
            return page('<meta http-equiv="Refresh" content="0;URL=/doc/page.html">')
        if path == b"/doc/page.html":
            return page("<title>third</title><script>window.location='/four.html'</script>")
        return page("", status="404 Not Found")

    result, device = run(bench, answering(answer))
    assert [line.split()[1] for line in device.lines] == [
        "/",
        "/doc/index.asp",
        "/doc/page.html",
        "/favicon.ico",
    ]
    assert values(result, "http.title") == ["third"]
    assert values(result, "http.location") == ["/doc/index.asp"]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.77.0.99/doc/index.html",
        "http://198.51.100.7/index.html",
        "/cgi-bin/reboot.cgi",
        "/index.html?action=reboot",
        "/snapshot.jpg",
        "//198.51.100.7/index.html",
        "http://\x07/index.html",
    ],
)
def test_other_redirects_are_not_followed(bench, answering, page, location):
    answer = page("", status="302 Found", headers=(f"Location: {location}",))
    result, device = run(bench, answering(answer))
    assert [line.split()[1] for line in device.lines] == ["/", "/favicon.ico"]
    assert {contact.address for contact in bench.contacts} == {HOST}
    assert values(result, "http.status") == ["302"]


def test_redirect_to_itself_ends(bench, answering, page):
    def answer(request):
        if request.startswith(b"GET / "):
            return page("", status="302 Found", headers=("Location: /a.html",))
        return page("", status="302 Found", headers=("Location: /a.html",))

    _, device = run(bench, answering(answer))
    assert [line.split()[1] for line in device.lines] == ["/", "/a.html", "/favicon.ico"]


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (b"HTTP/1.1 401 NG\r\nServer Boa\r\nServer: Boa/0.94\r\n\r\nx", "http.server", "Boa/0.94"),
        (b"HTTP/1.0 200\nServer: uc-httpd 1.0.0\n\n<title>a</title>", "http.title", "a"),
        (b"\r\n\r\nHTTP/1.1 200 OK\r\nServer: X\r\n\r\n", "http.server", "X"),
        (b"<html><head><title>old</title></head></html>", "http.title", "old"),
        (b"HTTP/1.1 200 OK\r\nThu Jan  1 00:00:00 1970\r\nServer: Go\r\n\r\n", "http.server", "Go"),
        (
            b"HTTP/1.1 200 OK\r\nServer: C\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<title>",
            "http.server",
            "C",
        ),
        (b"HTTP/1.1 200 OK\r\nServer: L\r\nContent-Length: 999\r\n\r\nshort", "http.server", "L"),
    ],
)
def test_bad_http_is_read_without_a_second_request(bench, answering, raw, field, value):
    result, device = run(bench, answering(lambda r: raw if b"GET / " in r else None))
    assert value in values(result, field)
    assert sum(line.startswith("GET / ") for line in device.lines) == 1


def test_silence_is_asked_once_more_as_http_1_0(bench, answering, page):
    def answer(request):
        return page("<title>old</title>") if b"HTTP/1.0" in request.split(b"\r\n")[0] else None

    result, device = run(bench, answering(answer))
    assert values(result, "http.title") == ["old"]
    assert device.lines[:2] == ["GET / HTTP/1.1", "GET / HTTP/1.0"]


def test_no_retry_when_something_came(bench, serve):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x01\x02\x03rubbish\xff")
        await writer.drain()

    result, device = run(bench, serve(handler))
    assert device.visits == 1
    assert result.service is None
    assert result.reached
    assert result.evidence == ()


def test_closes_at_once(bench, serve):
    async def handler(reader, writer):
        return

    result, device = run(bench, serve(handler))
    assert device.visits == 2
    assert result.status in (Status.CLOSED, Status.TIMED_OUT)
    assert result.reached
    assert result.service is None


@pytest.mark.alone
def test_endless_answer_is_bounded_in_time(bench, serve):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nServer: drip\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    began = time.monotonic()
    result, device = run(bench, serve(handler), read_timeout=0.3, total_timeout=0.6)
    assert time.monotonic() - began < 3
    assert values(result, "http.server") == ["drip"]
    assert device.visits == 1  # no icon from a device that used up its time


@pytest.mark.alone
def test_huge_answer_is_bounded_in_bytes(bench, serve):
    sent = 0

    async def handler(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nServer: huge\r\nContent-Length: 1073741824\r\n\r\n")
        block = b"x" * 65536
        for _ in range(16384):
            writer.write(block)
            await writer.drain()
            sent += len(block)

    began = time.monotonic()
    result, _ = run(bench, serve(handler), max_bytes=65536)
    assert time.monotonic() - began < 5
    assert values(result, "http.server") == ["huge"]
    assert sent < 64 * 1024 * 1024
    assert all(len(e.value.encode()) <= 8192 for e in result.evidence)


def test_refused_is_not_reached(bench):
    async def go():
        async with bench.context() as ctx:
            return await HttpProbe(tls=False).run(ctx, HOST, 9)

    result = asyncio.run(go())
    assert not result.reached
    assert result.status is Status.REFUSED


def test_out_of_scope_is_not_dialled(bench):
    async def go():
        async with bench.context(targets=("127.77.1.0/24",)) as ctx:
            return await HttpProbe(tls=False).run(ctx, HOST, 9)

    assert asyncio.run(go()).status is Status.OUT_OF_SCOPE
    assert bench.contacts == []


def test_rtsp_on_a_web_port(bench, answering):
    raw = b"RTSP/1.0 400 Bad Request\r\nServer: Hipcam RealServer/V1.0\r\n\r\n"
    result, device = run(bench, answering(raw))
    assert result.service == "rtsp"
    assert values(result, "rtsp.server") == ["Hipcam RealServer/V1.0"]
    assert device.lines == ["GET / HTTP/1.1"]


def test_https_gains_the_certificate_on_the_same_connection(bench, answering, page, tls_context):
    result, device = run(bench, answering(page("<title>x</title>"), ssl=tls_context), tls=True)
    assert result.service == "https"
    assert values(result, "tls.subject") == ["CN=192.168.1.64"]
    assert len(values(result, "tls.sha256")[0]) == 64
    assert values(result, "http.title") == ["x"]
    assert device.visits == 2  # `/` and the icon: no connection for the certificate alone
    assert {e.method for e in result.evidence} == {"https"}


def test_tls_without_http_keeps_the_certificate(bench, serve, tls_context):
    async def handler(reader, writer):
        await reader.read(10)

    result, device = run(bench, serve(handler, ssl=tls_context), tls=True)
    assert result.service == "tls"
    assert values(result, "tls.subject") == ["CN=192.168.1.64"]
    assert device.visits <= 2


class BothWays:
    """One port that answers TLS and plain HTTP as `plain` and `tls` say, like a real server."""

    def __init__(self, plain, tls=None, context=None):
        self.plain, self.tls, self.context = plain, tls, context
        self.port = 0
        self.greetings = []

    async def __aenter__(self):
        self.listener = socket.create_server((HOST, 0))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.task = asyncio.create_task(self._serve())
        return self

    async def __aexit__(self, *error):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.listener.close()

    async def _serve(self):
        loop = asyncio.get_running_loop()
        while True:
            sock, _ = await loop.sock_accept(self.listener)
            sock.settimeout(2)
            first = await asyncio.to_thread(sock.recv, 1, socket.MSG_PEEK)
            self.greetings.append(first)
            sock.setblocking(False)
            wraps = first == b"\x16" and self.context is not None
            answer = self.tls if wraps else self.plain

            class Talk(asyncio.Protocol):
                def connection_made(self, transport):
                    self.transport = transport

                def data_received(self, data, answer=answer):
                    self.transport.write(answer)
                    self.transport.close()

            await loop.connect_accepted_socket(Talk, sock, ssl=self.context if wraps else None)


def test_plain_http_on_a_tls_port(bench, page):
    result, device = run(bench, BothWays(page("<title>plain</title>")), tls=True)
    assert result.service == "http"
    assert values(result, "http.title") == ["plain"]
    assert {e.method for e in result.evidence} == {"http"}
    assert device.greetings[:2] == [b"\x16", b"G"]


@pytest.mark.parametrize(
    "complaint",
    [
        b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"
        b"<center>The plain HTTP request was sent to HTTPS port</center>",
        b"\x15\x03\x01\x00\x02\x02\x46",
    ],
)
def test_tls_on_a_plain_port(bench, page, tls_context, complaint):
    device = BothWays(complaint, page("<title>tls</title>"), tls_context)
    result, device = run(bench, device)
    assert result.service == "https"
    assert values(result, "http.title") == ["tls"]
    assert values(result, "http.status") == ["200"]
    assert values(result, "tls.subject") == ["CN=192.168.1.64"]
    assert device.greetings[:2] == [b"G", b"\x16"]


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        (b"", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.0 200 OK\r\n\r\nab", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: x\r\n\r\nab", False),
    ],
)
def test_complete(raw, whole):
    assert _complete(raw) is whole


LENGTH = rb"HTTP/1\.0 200\r\nContent-Length:(?:[ -~]{0,9}|[0-9]{5000})\r\n\r\n"


@given(st.binary(max_size=200) | st.from_regex(LENGTH))
def test_fuzz_complete(raw):
    assert _complete(raw) in (True, False)
