"""Connecting one socket within a time, and the truth about it when the time is over."""

from __future__ import annotations

import asyncio
import os
import socket
import sys

from camscan.net.address import SocketAddress

# Elsewhere the usual loop may watch no sockets (Windows), and asyncio connects in its own way.
_WATCHING = ("linux", "darwin")


async def establish(sock: socket.socket, where: SocketAddress, timeout: float) -> None:
    """Connect a non-blocking socket; raises OSError, TimeoutError after `timeout` seconds.

    A loop that is late sees the answer and the end of the time in one turn: then the socket
    itself is asked, so that an open port is not called silent because this machine was busy.
    """
    if sys.platform not in _WATCHING:
        try:
            async with asyncio.timeout(timeout):
                await asyncio.get_running_loop().sock_connect(sock, where)
        except TimeoutError:
            if not _connected(sock):
                raise
        return
    try:
        sock.connect(where)
    except (BlockingIOError, InterruptedError):
        await _writable(sock, timeout)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number)) from None
        if not _connected(sock):
            raise TimeoutError from None


def _connected(sock: socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


async def _writable(sock: socket.socket, timeout: float) -> None:
    """Return when the socket has its answer, or when the time is over."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def settle() -> None:
        if not ready.done():
            ready.set_result(None)

    number = sock.fileno()
    loop.add_writer(number, settle)
    timer = loop.call_later(timeout, settle)
    try:
        await ready
    finally:
        timer.cancel()
        loop.remove_writer(number)
