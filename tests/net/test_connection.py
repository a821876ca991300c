from __future__ import annotations

import asyncio
import gc
import ssl
import time
from collections.abc import Callable
from typing import Any

import pytest

from camscan.model.status import Status
from camscan.net.connection import Connection

Make = Callable[..., Any]


def talk(
    make_dialer: Make,
    serve: Make,
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any],
    client: Callable[[Connection], Any],
    *,
    tls: bool = False,
    server_ssl: ssl.SSLContext | None = None,
    **limits: Any,
) -> Any:
    """Run `client` on one connection to a server that does `handler`."""

    async def run() -> Any:
        async with serve(handler, ssl=server_ssl) as port:
            dialer = make_dialer(**limits)
            connection = await dialer.open("127.0.0.1", port, query="test", tls=tls)
            assert isinstance(connection, Connection), connection
            async with connection:
                return await client(connection)

    return asyncio.run(run())


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    await asyncio.sleep(60)


async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


def test_send_and_receive_until(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        assert await c.send(b"a\r\n\r\n") is Status.OK
        return await c.receive(until=lambda data: data.endswith(b"\r\n\r\n")), c.received

    assert talk(make_dialer, serve, echo, client) == ((b"a\r\n\r\n", Status.OK), b"a\r\n\r\n")


def test_each_receive_returns_its_own_bytes_and_received_all(
    make_dialer: Make, serve: Make
) -> None:
    async def client(c: Connection) -> Any:
        parts = []
        for word in (b"one.", b"two."):
            await c.send(word)
            parts.append((await c.receive(until=lambda d: d.endswith(b".")))[0])
        return parts, c.received

    assert talk(make_dialer, serve, echo, client) == ([b"one.", b"two."], b"one.two.")


def test_a_close_after_data_is_ok_and_before_data_closed(make_dialer: Make, serve: Make) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello")
        await writer.drain()

    async def client(c: Connection) -> Any:
        return await c.receive(), await c.receive()

    first, second = talk(make_dialer, serve, greet, client)
    assert first == (b"220 hello", Status.OK)
    assert second == (b"", Status.CLOSED)


def test_a_peer_that_closes_at_once(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        await c.send(b"x")
        return await c.receive()

    assert talk(make_dialer, serve, rude, client) == (b"", Status.CLOSED)


@pytest.mark.alone
def test_a_silent_peer_costs_the_read_timeout(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        begin = time.monotonic()
        return await c.receive(), time.monotonic() - begin

    answer, seconds = talk(make_dialer, serve, silent, client, read_timeout=0.2)
    assert answer == (b"", Status.TIMED_OUT)
    assert 0.15 < seconds < 1.0


@pytest.mark.alone
def test_patience_ends_the_wait_for_the_first_byte_and_no_other(
    make_dialer: Make, serve: Make
) -> None:
    async def device(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(1) == b"x":
            writer.write(b"1")
            await asyncio.sleep(0.6)
            writer.write(b"2")
        await reader.read()

    async def run() -> None:
        async with serve(device) as port:
            dialer = make_dialer(read_timeout=5.0)
            async with await dialer.open("127.0.0.1", port, query="t", patience=0.2) as silent:
                began = time.monotonic()
                assert await silent.read() == (b"", Status.TIMED_OUT)
                assert time.monotonic() - began < 2.0
                assert silent.first_byte is None
            async with await dialer.open("127.0.0.1", port, query="t", patience=0.3) as talking:
                await talking.send(b"x")
                assert await talking.read() == (b"1", Status.OK)
                assert talking.first_byte is not None
                assert talking.first_byte < 0.3
                assert await talking.read() == (b"2", Status.OK)

    asyncio.run(run())


@pytest.mark.alone
def test_listening_is_bounded_by_its_own_timeout(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        begin = time.monotonic()
        return await c.receive(timeout=0.2), time.monotonic() - begin

    (data, status), seconds = talk(make_dialer, serve, drip, client)
    assert status is Status.TIMED_OUT
    assert data.count(b"x") == len(data) > 2
    assert 0.15 < seconds < 1.0


@pytest.mark.alone
def test_a_tarpit_ends_with_the_total_time(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        begin = time.monotonic()
        return await c.receive(), time.monotonic() - begin

    (data, status), seconds = talk(make_dialer, serve, drip, client, total_timeout=0.4)
    assert status is Status.TIMED_OUT
    assert data
    assert seconds < 1.2


@pytest.mark.parametrize("most", [1, 1000, 65536])
def test_a_flood_ends_at_the_byte_bound(make_dialer: Make, serve: Make, most: int) -> None:
    async def client(c: Connection) -> Any:
        data, status = await c.receive()
        return len(data), status, len(c.received), await c.receive()

    assert talk(make_dialer, serve, flood, client, max_bytes=most) == (
        most,
        Status.TOO_LARGE,
        most,
        (b"", Status.TOO_LARGE),
    )


def test_a_peer_that_reads_nothing_cannot_hold_a_sender(make_dialer: Make, serve: Make) -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async def client(c: Connection) -> Any:
        return await c.send(b"x" * 50_000_000)

    status = talk(make_dialer, serve, deaf, client, total_timeout=0.3)
    assert status is Status.TIMED_OUT


def test_a_closed_connection_stays_closed(make_dialer: Make, serve: Make) -> None:
    async def client(c: Connection) -> Any:
        await c.close()
        await c.close()
        return await c.send(b"x"), await c.receive()

    assert talk(make_dialer, serve, echo, client) == (Status.CLOSED, (b"", Status.CLOSED))


def test_a_forgotten_connection_frees_its_device(
    make_dialer: Make, serve: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camscan.net.connection._GRACE", 0.1)

    async def run() -> Status:
        async with serve(silent) as port:
            dialer = make_dialer(total_timeout=0.2)

            async def forget() -> None:
                await dialer.open("127.0.0.1", port, query="forgotten")

            await asyncio.create_task(forget())
            gc.collect()
            return await asyncio.wait_for(dialer.touch("127.0.0.1", port), 2)

    assert asyncio.run(run()) is Status.OK


@pytest.mark.parametrize(
    ("bits", "version"), [(512, ssl.TLSVersion.TLSv1), (2048, ssl.TLSVersion.TLSv1_3)]
)
def test_tls_over_a_real_socket(
    make_dialer: Make, serve: Make, old_server: Make, bits: int, version: ssl.TLSVersion
) -> None:
    server = old_server(bits, version)

    async def client(c: Connection) -> Any:
        await c.send(b"ping.")
        answer = await c.receive(until=lambda d: d.endswith(b"."))
        return answer, c.peer_certificate, c.tls_version

    answer, certificate, name = talk(
        make_dialer, serve, echo, client, tls=True, server_ssl=server.context
    )
    assert answer == (b"ping.", Status.OK)
    assert certificate == server.certificate
    assert name == version.name.replace("_", ".")


def test_the_byte_bound_holds_inside_tls(make_dialer: Make, serve: Make, old_server: Make) -> None:
    server = old_server(1024, ssl.TLSVersion.TLSv1_2)

    async def client(c: Connection) -> Any:
        data, status = await c.receive()
        return len(data), status

    outcome = talk(
        make_dialer, serve, flood, client, tls=True, server_ssl=server.context, max_bytes=5000
    )
    assert outcome == (5000, Status.TOO_LARGE)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Status.MALFORMED),
        (b"", Status.CLOSED),
        (b"\x15\x03\x01\x00\x02\x02\x28", Status.MALFORMED),
        (b"\x16\x03\x01", Status.CLOSED),
    ],
)
def test_a_failed_handshake_is_a_status(
    make_dialer: Make, serve: Make, answer: bytes, expected: Status
) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(answer)
        await writer.drain()

    async def run() -> tuple[Any, Any]:
        async with serve(plain) as port:
            dialer = make_dialer()
            status = await dialer.open("127.0.0.1", port, query="tls", tls=True)
            connection = await dialer.open("127.0.0.1", port, query="tls")
            async with connection:
                await connection.start_tls()
                return status, connection.fault

    status, fault = asyncio.run(run())
    assert status is expected
    assert fault or expected is Status.CLOSED


@pytest.mark.alone
def test_a_handshake_that_never_ends_is_timed_out(make_dialer: Make, serve: Make) -> None:
    async def run() -> tuple[Any, float]:
        async with serve(silent) as port:
            begin = time.monotonic()
            dialer = make_dialer(read_timeout=0.2)
            answer = await dialer.open("127.0.0.1", port, query="tls", tls=True)
            return answer, time.monotonic() - begin

    answer, seconds = asyncio.run(run())
    assert answer is Status.TIMED_OUT
    assert seconds < 1.5
