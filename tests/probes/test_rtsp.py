"""OPTIONS and DESCRIBE: two requests at most, one reconnect at most."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.probes.rtsp import RtspProbe, rtsp_complete

HOST = "127.77.0.2"
OPTIONS = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Rtsp Server\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"
DENIED = (
    b'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="Login to 6C01E9",'
    b' nonce="8b"\r\n\r\n'
)


def values(result, field):
    return [e.value for e in result.evidence if e.field == field]


def run(bench, block, *, tls=False, emit=None, **limits):
    async def go():
        async with bench.context(**limits) as ctx, block as device:
            return await RtspProbe(tls=tls).run(ctx, HOST, device.port, emit=emit), device

    return asyncio.run(go())


def dahua(request):
    return OPTIONS if request.startswith(b"OPTIONS") else DENIED


def test_options_then_describe_on_one_connection(bench, answering):
    seen = []
    result, device = run(bench, answering(dahua, HOST), emit=seen.append)
    assert result.status is Status.AUTH_REQUIRED
    assert result.service == "rtsp"
    assert device.visits == 1
    assert [line.split()[0] for line in device.lines] == ["OPTIONS", "DESCRIBE"]
    assert all(line.endswith(f"rtsp://{HOST}:{device.port}/ RTSP/1.0") for line in device.lines)
    assert b"Authorization" not in b"".join(device.requests)
    assert values(result, "rtsp.server") == ["Rtsp Server"]
    assert "Login to 6C01E9" in values(result, "rtsp.www_authenticate")[0]
    assert tuple(seen) == result.evidence


def test_one_reconnect_when_the_device_closes_between(bench, serve):
    requests = []

    async def handler(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        requests.append(request.split()[0])
        writer.write(dahua(request))
        await writer.drain()

    result, device = run(bench, serve(handler, HOST))
    assert requests == [b"OPTIONS", b"DESCRIBE"]
    assert device.visits == 2
    assert result.status is Status.AUTH_REQUIRED


def test_closing_always_is_asked_no_third_time(bench, serve):
    async def handler(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        if request.startswith(b"OPTIONS"):
            writer.write(OPTIONS)
            await writer.drain()

    result, device = run(bench, serve(handler, HOST))
    assert device.visits == 2
    assert result.service == "rtsp"
    assert result.status is Status.OK


def test_silence_gets_no_describe(bench, serve):
    got = bytearray()

    async def handler(reader, writer):
        while chunk := await reader.read(4096):
            got.extend(chunk)

    result, device = run(bench, serve(handler, HOST), read_timeout=0.2)
    assert result.status is Status.TIMED_OUT
    assert result.reached
    assert result.service is None
    assert got.startswith(b"OPTIONS")
    assert b"DESCRIBE" not in got
    assert device.visits == 1


def test_http_answer_on_the_rtsp_port(bench, answering):
    raw = b"HTTP/1.0 401 Unauthorized\r\nServer: Avtech\r\n\r\n"
    result, _ = run(bench, answering(raw, HOST))
    assert result.service == "http"
    assert values(result, "http.server") == ["Avtech"]


def test_open_root_gives_its_description(bench, answering):
    sdp = b"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=Media Presentation\r\nm=video 0 RTP/AVP 96\r\n"

    def answer(request):
        if request.startswith(b"OPTIONS"):
            return OPTIONS
        return b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: %d\r\n\r\n" % len(sdp) + sdp

    result, _ = run(bench, answering(answer, HOST))
    text = values(result, "rtsp.sdp")[0]
    assert "s=Media Presentation" in text
    assert "10.0.0.7" not in text
    assert result.status is Status.OK


@pytest.mark.parametrize("rubbish", [b"\x00\xff" * 40, b"hello\r\n\r\n", b"\r\n\r\n"])
def test_rubbish(bench, answering, rubbish):
    result, device = run(bench, answering(lambda r: rubbish, HOST), read_timeout=0.2)
    assert result.status in (Status.MALFORMED, Status.TIMED_OUT)
    assert result.service is None
    assert device.visits == 1


@pytest.mark.alone
def test_endless_answer_is_bounded(bench, serve):
    async def handler(reader, writer):
        while True:
            writer.write(b"RTSP/1.0 200 OK\r\nX-Pad: " + b"p" * 4096 + b"\r\n")
            await writer.drain()

    began = time.monotonic()
    result, _ = run(bench, serve(handler, HOST), max_bytes=65536, total_timeout=1.0)
    assert time.monotonic() - began < 4
    assert result.reached


def test_rtsps_shows_its_certificate(bench, answering, tls_context):
    result, _ = run(bench, answering(dahua, HOST, ssl=tls_context), tls=True)
    assert result.service == "rtsps"
    assert values(result, "tls.subject") == ["CN=192.168.1.64"]
    assert result.status is Status.AUTH_REQUIRED


def test_refused(bench):
    async def go():
        async with bench.context() as ctx:
            return await RtspProbe(tls=False).run(ctx, HOST, 9)

    result = asyncio.run(go())
    assert (result.status, result.reached) == (Status.REFUSED, False)


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n", False),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", True),
        (b"RTSP/1.0 200 OK\nCSeq: 1\n\n", True),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nabc", False),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nabcd", True),
        (b"junk\r\n\r\n", False),
    ],
)
def test_rtsp_complete(data, whole):
    assert rtsp_complete(data) is whole


@given(st.binary(max_size=200) | st.from_regex(rb"RTSP/1\.0 \d{3}[\r\n :a-zA-Z0-9-]{0,80}\n\n"))
def test_fuzz_rtsp_complete(data):
    assert rtsp_complete(data) in (True, False)
