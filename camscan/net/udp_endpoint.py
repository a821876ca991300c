"""One UDP socket in the event loop: a datagram or an error of it never ends the listening."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import cast

from camscan.net.interface import Interface

_AT_ONCE = 64  # datagrams read before other tasks have their turn

OnDatagram = Callable[[bytes, tuple[str | int, ...], "Endpoint"], None]


class Endpoint(asyncio.DatagramProtocol):
    """Hands each datagram to `on_datagram`. `interface` is None for a socket of all of them;
    `tied`: it sends and hears on that interface alone; `fault` is the error of the last sending."""

    def __init__(
        self,
        on_datagram: OnDatagram,
        interface: Interface | None,
        sock: socket.socket | None = None,
        *,
        tied: bool = False,
    ) -> None:
        self._on_datagram = on_datagram
        self.interface = interface
        self.sock = sock
        self.tied = tied
        self.fault: OSError | None = None
        self.local_port = 0
        self.transport: asyncio.DatagramTransport | None = None

    @property
    def own_address(self) -> str:
        """The IPv4 address that a message of this socket names as its own; 0.0.0.0: not known."""
        if self.interface is not None and self.interface.of_version(4):
            return self.interface.of_version(4)[0].address
        return "0.0.0.0"  # noqa: S104 - nothing is bound to it

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is in the loop."""
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.local_port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """One answer, and what else is there: the loop reads one a turn, a sweep brings many."""
        self._on_datagram(data, addr, self)
        if self.sock is None or sys.platform == "win32":
            return
        for _ in range(_AT_ONCE):
            try:
                data, addr = self.sock.recvfrom(65536)
            except OSError:
                return  # nothing more, or the error of an earlier datagram
            self._on_datagram(data, addr, self)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error, or why a datagram did not leave."""
        if isinstance(exc, OSError):
            self.fault = exc

    def emit(self, payload: bytes, to: tuple[str | int, ...]) -> OSError | None:
        """Send now; what hindered it."""
        assert self.transport is not None
        self.fault = None
        self.transport.sendto(payload, to)
        return self.fault
