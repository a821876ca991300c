"""One request and its answer on a connection, down to the bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from camscan.model.status import Status
from camscan.net.http_wire import HttpWire
from camscan.net.lean_httpx import httpx

Make = Callable[..., Any]
REQUEST = httpx.Request("POST", "http://127.0.0.1/onvif", content=b"<a/>")


def talk(
    make_dialer: Make, serve: Make, answer: bytes, request: httpx.Request = REQUEST, **limits: Any
) -> tuple[HttpWire, bytes, Any, bytes]:
    """(wire, what the device got, the head or what was raised, the body)"""
    got: list[bytes] = []

    async def device(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.read(65536))
        writer.write(answer)
        await writer.drain()
        if limits:
            await reader.read()

    async def run() -> tuple[HttpWire, bytes, Any, bytes]:
        async with serve(device) as port:
            opened = await make_dialer(**limits).open("127.0.0.1", port, query="test")
            async with opened as connection:
                wire = HttpWire(connection)
                try:
                    await wire.send(request)
                    head = await wire.head()
                    body = b"".join([chunk async for chunk in wire.body()])
                except httpx.TransportError as error:
                    return wire, b"".join(got), error, b""
                return wire, b"".join(got), head, body

    return asyncio.run(run())


def test_a_request_is_one_write_and_the_answer_comes_whole(make_dialer: Make, serve: Make) -> None:
    answer = (
        b"HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"
    )
    wire, got, head, body = talk(make_dialer, serve, answer)
    assert got.startswith(b"POST /onvif HTTP/1.1\r\n")
    assert got.endswith(b"\r\n\r\n<a/>")
    assert (head.status_code, head.reason, body) == (200, b"Fine", b"hi!")
    assert wire.status is Status.OK


def test_a_provisional_answer_is_passed_over(make_dialer: Make, serve: Make) -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n"
    assert talk(make_dialer, serve, answer)[2].status_code == 204


def test_no_secret_is_sent(make_dialer: Make, serve: Make) -> None:
    secret = {"Authorization": "Basic x", "Cookie": "a=b", "Proxy-Authorization": "Basic x"}
    request = httpx.Request("GET", "http://127.0.0.1/", headers=secret)
    _, got, _, _ = talk(make_dialer, serve, b"HTTP/1.1 200 OK\r\n\r\n", request)
    assert b"GET / HTTP/1.1\r\n" in got
    assert not [name for name in secret if name.lower().encode() in got.lower()]


@pytest.mark.parametrize("answer", [b"", b"RTSP/1.0 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nA"])
def test_what_is_no_answer_is_httpx_s_fault(make_dialer: Make, serve: Make, answer: bytes) -> None:
    assert isinstance(talk(make_dialer, serve, answer)[2], httpx.RemoteProtocolError)


def test_silence_is_a_timeout_with_its_status(make_dialer: Make, serve: Make) -> None:
    wire, _, raised, _ = talk(make_dialer, serve, b"", read_timeout=0.1)
    assert isinstance(raised, httpx.ReadTimeout)
    assert wire.status is Status.TIMED_OUT


def test_a_header_that_may_not_be_sent_is_ours(make_dialer: Make, serve: Make) -> None:
    request = httpx.Request("GET", "http://127.0.0.1/", headers={"A": "b\r\nC: d"})
    raised = talk(make_dialer, serve, b"HTTP/1.1 200 OK\r\n\r\n", request, read_timeout=0.1)[2]
    assert isinstance(raised, httpx.LocalProtocolError)
