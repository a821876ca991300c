"""Connects without a task each: open, refused, silent, dropped, and a loop that is late."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import select
import socket
import time
from pathlib import Path

import pytest

from camscan.errors import LocalFaultError
from camscan.model.status import Status
from camscan.net.attempts import Attempts

pytestmark = pytest.mark.skipif(not Attempts.possible(), reason="this system has no epoll")


def fresh():
    return socket.SocketType(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)


@contextlib.contextmanager
def full_server():
    """A listener whose queue is full: the kernel drops further SYNs."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(server.getsockname())
        yield server.getsockname()


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def closed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()


async def ends(attempts, *places):
    """What is said of each, in order."""
    said = [asyncio.get_running_loop().create_future() for _ in places]
    for where, one in zip(places, said, strict=True):
        attempts.start(fresh(), where, one.set_result)
    return [await asyncio.wait_for(one, 5) for one in said]


def test_open_refused_and_silent():
    async def go(*places):
        attempts = Attempts(0.1)
        began = time.monotonic()
        said = await ends(attempts, *places)
        assert len(attempts) == 0
        attempts.drop()
        return said, time.monotonic() - began

    with full_server() as silent, socket.create_server(("127.0.0.1", 0)) as server:
        said, took = asyncio.run(go(silent, server.getsockname(), closed(), silent))
    assert said == [Status.TIMED_OUT, Status.OK, Status.REFUSED, Status.TIMED_OUT]
    assert took >= 0.1


def test_a_timer_serves_all_that_began_together():
    async def go(silent):
        attempts = Attempts(0.1)
        for round_ in range(2):
            said = await ends(attempts, *[silent] * 50)
            assert said == [Status.TIMED_OUT] * 50, round_
        attempts.drop()

    with full_server() as silent:
        asyncio.run(go(silent))


@pytest.mark.parametrize("events", [1, 1024])
def test_a_late_loop_still_sees_what_is_open(monkeypatch, events):
    """Answers and the end of the time in one turn, and more of them than one look takes."""
    monkeypatch.setattr("camscan.net.attempts._EVENTS", events)

    async def go(where, silent):
        attempts, said = Attempts(0.05), []
        for place in (silent, *[where] * 5):
            attempts.start(fresh(), place, said.append)
        time.sleep(0.1)  # the answers are there, and the time is over
        while len(said) < 6:
            await asyncio.sleep(0.01)
        attempts.drop()
        return said

    with socket.create_server(("127.0.0.1", 0)) as server, full_server() as silent:
        said = asyncio.run(go(server.getsockname(), silent))
    assert sorted(said) == sorted([Status.OK] * 5 + [Status.TIMED_OUT])


def test_dropping_closes_everything_and_tells_nobody_how_it_went():
    async def go(silent):
        attempts, said = Attempts(5.0), []
        before = open_files()
        for _ in range(10):
            attempts.start(fresh(), silent, said.append)
        attempts.drop()
        assert said == [None] * 10
        assert open_files() == before
        return await ends(attempts, closed())

    with full_server() as silent:
        assert asyncio.run(go(silent)) == [Status.REFUSED], "and it may be used again"


def test_an_event_of_an_earlier_socket_of_the_same_number_is_no_answer():
    """What an end begins may get the number of a socket of which the same look tells."""

    async def go(silent):
        attempts, said = Attempts(0.3), []
        one = fresh()
        number = one.fileno()
        attempts.start(one, silent, said.append)
        stale = [(number, select.EPOLLOUT)]
        real = attempts._epoll

        class Stale:
            def __getattr__(self, name):
                return getattr(real, name)

            def poll(self, *how):
                return [stale.pop()] if stale else real.poll(*how)

        attempts._epoll = Stale()
        attempts._ready()
        await asyncio.sleep(0.05)
        assert said == []
        while not said:
            await asyncio.sleep(0.01)
        attempts.drop()
        return said

    with full_server() as silent:
        assert asyncio.run(go(silent)) == [Status.TIMED_OUT]


def test_a_socket_that_met_itself_is_not_an_open_port():
    async def go():
        attempts, said = Attempts(1.0), []
        sock = fresh()
        sock.bind(("127.0.0.1", 0))
        attempts.start(sock, sock.getsockname(), said.append)
        while not said:
            await asyncio.sleep(0.01)
        attempts.drop()
        return said

    assert asyncio.run(go()) == [Status.REFUSED]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_no_room_for_the_watch_is_this_machines_fault(monkeypatch, number):
    class Full:
        def __init__(self):
            raise OSError(number, "full")

    async def go(silent):
        attempts, said = Attempts(1.0), []
        monkeypatch.setattr("camscan.net.attempts.select.epoll", Full)
        attempts.start(fresh(), silent, said.append)
        return said

    with full_server() as silent:
        (said,) = asyncio.run(go(silent))
    assert isinstance(said, LocalFaultError)
