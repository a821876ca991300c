"""UDP to groups and broadcasts by ordinary sockets: what any user may hear on any system.

Joining a group is told to the switch by the kernel (IGMP, MLD); nothing else is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import time
from collections.abc import Sequence
from ipaddress import ip_address

from camscan.net.address import from_sockaddr
from camscan.net.inbox import HeardDatagram, Inbox
from camscan.net.interface import Interface
from camscan.protocols.announcement import Announcement


class GroupListener:
    """Hears the groups and broadcasts of `announcements` on `links` until it is closed.

    `refused` counts sockets that this machine would not give. What this machine itself sent is
    passed over.
    """

    def __init__(
        self, announcements: Sequence[Announcement], links: Sequence[Interface], inbox: Inbox
    ) -> None:
        self._announcements = announcements
        self._links = [link for link in links if link.multicast]
        self._own = {own.address for link in links for own in link.addresses}
        self._inbox = inbox
        self._transports: list[asyncio.DatagramTransport] = []
        self.refused = 0

    async def open(self) -> None:
        """Open what can be opened; the rest is counted."""
        for each in self._announcements:
            for group in each.groups4:
                await self._add(each.port, socket.AF_INET, group)
            if not each.groups4:
                await self._add(each.port, socket.AF_INET, None)
            for group in each.groups6:
                await self._add(each.port, socket.AF_INET6, group)

    @property
    def sockets(self) -> int:
        """How many sockets listen."""
        return len(self._transports)

    def close(self) -> None:
        """Hear no more."""
        for transport in self._transports:
            transport.close()
        self._transports.clear()

    async def _add(self, port: int, family: int, group: str | None) -> None:
        links = [link for link in self._links if link.of_version(4 if family == 2 else 6)]
        if group is not None and not links:
            return
        try:
            sock = _bound(family, port, group)
        except OSError:
            self.refused += 1
            return
        joined = group is None
        for link in links if group is not None else ():
            with contextlib.suppress(OSError):  # joined already, or the link went away
                _join(sock, family, group or "", link)
                joined = True
        if not joined:
            sock.close()
            self.refused += 1
            return
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Ear(self, port), sock=sock)
        self._transports.append(transport)

    def _heard(self, data: bytes, sender: tuple[str | int, ...], port: int) -> None:
        source = from_sockaddr(sender)
        if source.partition("%")[0] in self._own or ip_address(source).is_unspecified:
            return
        self._inbox.put(
            HeardDatagram(
                at=time.time(), source=source, source_port=int(sender[1]), port=port, data=data
            )
        )


class _Ear(asyncio.DatagramProtocol):
    """One socket; an error of it never ends the listening."""

    def __init__(self, listener: GroupListener, port: int) -> None:
        self._listener = listener
        self._port = port

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._listener._heard(data, addr, self._port)


def _bound(family: int, port: int, group: str | None) -> socket.socket:
    """Bound to the group itself where the system can: a socket on every address could take
    unicast away from the program that the port belongs to. A broadcast is heard only so."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform != "linux" and hasattr(socket, "SO_REUSEPORT"):
            # BSD and macOS share a port only among sockets that all ask for it.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        own = group if group is not None and family == socket.AF_INET else ""
        sock.bind(("" if sys.platform == "win32" else own, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _join(sock: socket.socket, family: int, group: str, link: Interface) -> None:
    if family == socket.AF_INET:
        own = socket.inet_aton(link.of_version(4)[0].address)
        request = socket.inet_aton(group) + own
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    else:
        request = socket.inet_pton(family, group) + struct.pack("@I", link.index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
