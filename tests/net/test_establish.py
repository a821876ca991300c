"""Open, refused, silent; and a busy loop that calls no open port silent."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import time

import pytest

from camscan.net.establish import establish


@contextlib.contextmanager
def unconnected():
    with socket.socket() as sock:
        sock.setblocking(False)
        yield sock


@pytest.fixture(autouse=True, params=["watching", "elsewhere"])
def platform(request, monkeypatch):
    if request.param == "elsewhere":
        monkeypatch.setattr("camscan.net.establish._WATCHING", ())


def test_an_open_port():
    with socket.create_server(("127.0.0.1", 0)) as server, unconnected() as sock:
        asyncio.run(establish(sock, server.getsockname(), 1.0))
        assert sock.getpeername() == server.getsockname()


def test_a_refusal():
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = server.getsockname()
    with unconnected() as sock, pytest.raises(OSError) as caught:
        asyncio.run(establish(sock, where, 1.0))
    assert caught.value.errno == errno.ECONNREFUSED


@contextlib.contextmanager
def full_server():
    """A listener whose queue is full: the kernel drops further SYNs."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(server.getsockname())
        yield server


def test_silence():
    with full_server() as server, unconnected() as sock, pytest.raises(TimeoutError):
        asyncio.run(establish(sock, server.getsockname(), 0.1))


def test_a_busy_loop_still_sees_that_the_port_is_open():
    async def go(sock, where):
        attempt = asyncio.create_task(establish(sock, where, 0.05))
        await asyncio.sleep(0)
        time.sleep(0.1)  # the answer is there and the time is over, both in the next turn
        await attempt

    with full_server() as server, unconnected() as sock:
        where = server.getsockname()
        with pytest.raises(TimeoutError):
            asyncio.run(go(sock, where))
    with socket.create_server(("127.0.0.1", 0)) as server, unconnected() as sock:
        asyncio.run(go(sock, server.getsockname()))
        assert sock.getpeername() == server.getsockname()


def test_cancelling_leaves_no_watcher():
    async def go(sock, where):
        attempt = asyncio.create_task(establish(sock, where, 5.0))
        await asyncio.sleep(0.05)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
        assert not asyncio.get_running_loop().remove_writer(sock.fileno())

    with full_server() as server, unconnected() as sock:
        asyncio.run(go(sock, server.getsockname()))
