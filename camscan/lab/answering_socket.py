"""What every UDP socket of simulated devices does: reads in turns, answers late, and is closed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any


class AnsweringSocket:
    """Hands each datagram to `_received`; what was called by `_later` is dropped on `close`."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._timers: set[asyncio.TimerHandle] = set()
        self._loop.add_reader(sock.fileno(), self._readable)

    def close(self) -> None:
        """Stop answering."""
        self._loop.remove_reader(self._socket.fileno())
        for timer in self._timers:
            timer.cancel()
        self._socket.close()

    def _readable(self) -> None:
        for _ in range(64):
            try:
                data, ancillary, _flags, sender = self._socket.recvmsg(65_535, 256)
            except OSError:
                return  # nothing more to read, or an ICMP error for an earlier answer
            self._received(data, ancillary, sender)

    def _received(
        self, data: bytes, ancillary: list[tuple[int, int, bytes]], sender: tuple[Any, ...]
    ) -> None:
        raise NotImplementedError

    def _later(self, delay: float, call: Callable[..., None], *arguments: object) -> None:
        def due() -> None:
            self._timers.discard(timer)
            call(*arguments)

        timer = self._loop.call_later(delay, due)
        self._timers.add(timer)
