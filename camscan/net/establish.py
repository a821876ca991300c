"""Connecting one socket within a time, and the truth about it when the time is over."""

from __future__ import annotations

import asyncio
import os
import socket

from camscan.net.address import SocketAddress


async def establish(sock: socket.socket, where: SocketAddress, timeout: float) -> None:
    """Connect a non-blocking socket; raises OSError, TimeoutError after `timeout` seconds.

    A loop that is late sees the answer and the end of the time in one turn: then the socket
    itself is asked, so that an open port is not called silent because this machine was busy.
    """
    loop = asyncio.get_running_loop()
    if type(loop).add_writer is asyncio.AbstractEventLoop.add_writer:
        # Windows' usual loop watches no sockets, and completes connects itself.
        async with asyncio.timeout(timeout):
            await loop.sock_connect(sock, where)
        return
    try:
        sock.connect(where)
    except (BlockingIOError, InterruptedError):
        await _writable(sock, timeout)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number)) from None
        try:
            sock.getpeername()
        except OSError:
            raise TimeoutError from None


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
