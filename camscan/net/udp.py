"""The one place from which UDP leaves, and where its answers arrive."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, cast

from msgspec import Struct

from camscan.errors import LocalFaultError
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net.address import endpoint, from_sockaddr
from camscan.net.contact import ContactSink, report
from camscan.net.fault import status_of
from camscan.net.interface import Interface, interfaces, on_link
from camscan.net.multicast import multicast_refusal
from camscan.net.neighbourhood import Neighbourhood
from camscan.net.pace import Pace, Paces
from camscan.net.profile import Profile
from camscan.protocols.query import Query, is_permitted
from camscan.scope import Scope

_RECEIVE_BUFFER = 4 * 1024 * 1024  # a subnet answers a multicast at once
_QUEUE_BYTES = 64 * 1024 * 1024
_FROM_ONE_SENDER = 256


class Datagram(Struct, frozen=True, kw_only=True):
    """One answer. `address` is canonical with its zone; `interface` where it arrived, as far as
    that is known; `in_scope` False means: report it, never send it anything."""

    data: bytes
    address: str
    port: int
    interface: str | None
    local_port: int
    at: datetime
    in_scope: bool


class _Endpoint(asyncio.DatagramProtocol):
    """One socket. A datagram or an error of it never ends the listening."""

    def __init__(self, sender: UdpSender, interface: Interface | None) -> None:
        self._sender = sender
        self.interface = interface
        self.fault: OSError | None = None
        self.local_port = 0
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.local_port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._sender._arrived(data, addr, self)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self.fault = exc


class UdpSender:
    """Sends queries of the closed list, gathers what answers.

    Use as an async context manager. `dropped` counts answers that came faster than they were
    read or in a flood from one address. `allow_multicast` names interfaces on which the user
    asked for multicast whatever the scope covers (`--multicast IFACE`).
    """

    def __init__(
        self,
        scope: Scope,
        *,
        profile: Profile,
        on_contact: ContactSink | None = None,
        paces: Paces | None = None,
        links: Sequence[Interface] | None = None,
        allow_multicast: frozenset[str] = frozenset(),
    ) -> None:
        self.scope = scope
        self.links = tuple(interfaces() if links is None else links)
        self.sent = 0
        self.dropped = 0
        self._paces = paces if paces is not None else Paces(profile)
        self._on_contact = on_contact
        self._allow_multicast = allow_multicast
        self._neighbourhood = Neighbourhood(self.links)
        self._neighbours = Pace(self._neighbourhood.datagrams)
        self._own = {own.address for link in self.links for own in link.addresses}
        self._asked_own: set[str] = set()
        self._endpoints: dict[tuple[int, str], _Endpoint] = {}
        self._queue: deque[Datagram] = deque()
        self._queued_bytes = 0
        self._by_sender: Counter[str] = Counter()
        self._arrival = asyncio.Event()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every socket; what has arrived stays readable."""
        self._closed = True
        for one in self._endpoints.values():
            if one.transport is not None:
                one.transport.close()
        self._endpoints.clear()
        self._arrival.set()
        await asyncio.sleep(0)  # transports close their sockets in the next turn of the loop

    async def send(self, query: Query, address: str) -> Status:
        """Send `query` to one address, paced: OK when it left, OUT_OF_SCOPE or UNREACHABLE."""
        if not self.scope.permits(address):
            return Status.OUT_OF_SCOPE
        where = endpoint(address, query.port)
        if where is None:
            return Status.UNREACHABLE
        link = on_link(where.address, self.links)
        if self._neighbourhood.limits(where.address):
            await self._neighbours.wait()
        await self._paces.datagram(on_link=link is not None)
        one = await self._unicast(where.family)
        if one is None:
            return Status.UNREACHABLE
        # The last moment for UDP: the very address that the socket is given is checked.
        if not self.scope.permits(where.address):
            return Status.OUT_OF_SCOPE
        plain = where.address.partition("%")[0]
        if plain in self._own:
            self._asked_own.add(plain)
        return self._emit(one, query, where.address, where.sockaddr)

    async def multicast(self, query: Query, interface: Interface, version: int = 4) -> Skip | None:
        """Send `query` to its IPv4 or IPv6 group by `interface`, one hop far; a Skip if it may
        not or cannot."""
        group = query.group4 if version == 4 else query.group6
        if group is None:
            return _skip(interface, query, version, f"no IPv{version} group")
        reason = multicast_refusal(self.scope, interface, version, allowed=self._allow_multicast)
        if reason is not None:
            return _skip(interface, query, version, reason)
        await self._paces.datagram(on_link=True)
        try:
            one = await self._by_interface(interface, version)
        except OSError as error:
            return _skip(interface, query, version, error.strerror or str(error))
        # The last moment for multicast.
        reason = multicast_refusal(self.scope, interface, version, allowed=self._allow_multicast)
        if reason is not None:
            return _skip(interface, query, version, reason)
        if version == 4:
            status = self._emit(one, query, group, (group, query.port))
        else:
            to = (group, query.port, 0, interface.index)
            status = self._emit(one, query, f"{group}%{interface.name}", to)
        return None if status is Status.OK else _skip(interface, query, version, status.value)

    async def receive(self, timeout: float) -> Datagram | None:
        """The next answer, None when there is none within `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not self._queue:
                    if self._closed:
                        return None
                    self._arrival.clear()
                    await self._arrival.wait()
        except TimeoutError:
            return None
        found = self._queue.popleft()
        self._queued_bytes -= len(found.data)
        return found

    async def listen(self, seconds: float) -> AsyncIterator[Datagram]:
        """Every answer of the next `seconds`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            found = await self.receive(left)
            if found is None:
                return
            yield found

    async def __aiter__(self) -> AsyncIterator[Datagram]:
        """Every answer until the sender is closed."""
        while True:
            found = await self.receive(3600.0)
            if found is not None:
                yield found
            elif self._closed:
                return

    def _emit(
        self, one: _Endpoint, query: Query, address: str, to: tuple[str | int, ...]
    ) -> Status:
        if not is_permitted(query.payload, query.port):
            raise LocalFaultError(f"{query.name!r} is not on the list of permitted queries")
        assert one.transport is not None
        one.fault = None
        one.transport.sendto(query.payload, to)
        if one.fault is not None:
            return status_of(one.fault, connecting=True)
        self.sent += 1
        report(self._on_contact, address, query.port, "udp", query.name)
        return Status.OK

    def _arrived(self, data: bytes, addr: tuple[str | int, ...], one: _Endpoint) -> None:
        address = from_sockaddr(addr)
        plain = address.partition("%")[0]
        if plain in self._own and plain not in self._asked_own:
            return  # our own query, looped back
        self._by_sender[address] += 1
        if (
            self._by_sender[address] > _FROM_ONE_SENDER
            or self._queued_bytes + len(data) > _QUEUE_BYTES
        ):
            self.dropped += 1
            return
        link = one.interface or on_link(address, self.links)
        self._queued_bytes += len(data)
        self._queue.append(
            Datagram(
                data=data,
                address=address,
                port=int(addr[1]),
                interface=link.name if link else None,
                local_port=one.local_port,
                at=datetime.now(UTC),
                in_scope=self.scope.permits(address),
            )
        )
        self._arrival.set()

    async def _unicast(self, family: int) -> _Endpoint | None:
        """The socket for all unicast of one family; None when this machine lacks the family."""
        key = (family, "")
        if key not in self._endpoints:
            try:
                sock = _socket(family)
            except OSError:
                return None
            with _closed_on_error(sock):
                sock.bind(("", 0))  # every interface: the routing table chooses
            await self._listen_on(key, sock, None)
        return self._endpoints[key]

    async def _by_interface(self, interface: Interface, version: int) -> _Endpoint:
        """The socket for the groups of one interface, bound to its address."""
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        key = (family, interface.name)
        if key not in self._endpoints:
            sock = _socket(family)
            with _closed_on_error(sock):
                if version == 4:
                    own = interface.of_version(4)[0].address
                    option = socket.inet_aton(own)
                    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, option)
                    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
                    sock.bind((own, 0))
                else:
                    option = struct.pack("@I", interface.index)
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, option)
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
                    sock.bind(("::", 0, 0, 0))
            await self._listen_on(key, sock, interface)
        return self._endpoints[key]

    async def _listen_on(
        self, key: tuple[int, str], sock: socket.socket, interface: Interface | None
    ) -> None:
        loop = asyncio.get_running_loop()
        with _closed_on_error(sock):
            _, one = await loop.create_datagram_endpoint(
                lambda: _Endpoint(self, interface), sock=sock
            )
        previous = self._endpoints.setdefault(key, one)
        if previous is not one and one.transport is not None:
            one.transport.close()  # two senders asked for the first socket at once


def _socket(family: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    with _closed_on_error(sock):
        sock.setblocking(False)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        with contextlib.suppress(OSError):  # a smaller buffer will do where this one is refused
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    return sock


@contextlib.contextmanager
def _closed_on_error(sock: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sock.close()
        raise


def _skip(interface: Interface, query: Query, version: int, reason: str) -> Skip:
    return Skip(
        subject=interface.name, what=f"{query.name} by IPv{version} multicast", reason=reason
    )
