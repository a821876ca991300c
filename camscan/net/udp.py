"""The one place from which UDP leaves, and where its answers arrive."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

from camscan.errors import LocalFaultError
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net import udp_batch
from camscan.net.address import endpoint, from_sockaddr, ipv4_value
from camscan.net.contact import ContactSink, report
from camscan.net.datagram import Datagram, Inbox
from camscan.net.datagram_round import DatagramRounds, OnRound
from camscan.net.fault import status_of
from camscan.net.interface import Interface, interfaces, on_link
from camscan.net.multicast import multicast_refusal
from camscan.net.neighbourhood import Neighbourhood
from camscan.net.pace import Pace, Paces
from camscan.net.profile import Profile
from camscan.net.udp_endpoint import Endpoint
from camscan.net.udp_socket import PortTaken, any_socket, closed_on_error, link_socket
from camscan.net.udp_sweep import Group, Permitted, Sweep
from camscan.protocols.query import Query, from_here, is_permitted
from camscan.scope import Scope

BROADCAST = "255.255.255.255"

_Key = tuple[int, str, int]  # family, interface ("": any), local port
_Socket = TypeVar("_Socket")
OnLeft = Callable[[Sequence[int]], None]

_ROUND = 4096
"""Most addresses of a round; it lasts a second or less, for who is killed in it is uncertain."""


class UdpSender:
    """Sends queries of the closed list, gathers what answers.

    Use as an async context manager. `dropped` counts answers that came faster than they were
    read or in a flood from one address. `allow_multicast` names interfaces on which the user
    asked for multicast whatever the scope covers (`--multicast IFACE`). `on_skip` is told of a
    local port that another program holds. `on_round` gets two records of each round of a sweep;
    without it `on_contact` gets every datagram.
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
        on_skip: Callable[[Skip], None] = lambda _: None,
        on_round: OnRound | None = None,
    ) -> None:
        self.scope = scope
        self.links = tuple(interfaces() if links is None else links)
        self.sent = 0
        self._profile = profile
        self._paces = paces if paces is not None else Paces(profile)
        self._on_contact = on_contact
        self._allow_multicast = allow_multicast
        self._on_skip = on_skip
        self._rounds = None if on_round is None else DatagramRounds(on_round)
        self._round_size = _round_size(profile)
        self._neighbourhood = Neighbourhood(self.links)
        self._neighbours = Pace(self._neighbourhood.datagrams)
        self._own = {own.address for link in self.links for own in link.addresses}
        self._asked_own: set[str] = set()
        self._endpoints: dict[_Key, Endpoint] = {}
        self._inbox = Inbox()

    @property
    def dropped(self) -> int:
        """Answers that were not read."""
        return self._inbox.dropped

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
        for one in self._endpoints.values():
            if one.transport is not None:
                one.transport.close()
        self._endpoints.clear()
        self._inbox.close()
        await asyncio.sleep(0)  # transports close their sockets in the next turn of the loop

    async def send(self, query: Query, address: str) -> Status:
        """Send `query` to one address, paced: OK when it left, OUT_OF_SCOPE or UNREACHABLE."""
        status = await self._send(query, address)
        where = endpoint(address, query.port)
        if status is Status.OK and where is not None:
            report(self._on_contact, where.address, query.port, "udp", query.name)
        return status

    async def _send(self, query: Query, address: str) -> Status:
        if not self.scope.permits(address):
            return Status.OUT_OF_SCOPE
        where = endpoint(address, query.port)
        if where is None:
            return Status.UNREACHABLE
        link = on_link(where.address, self.links)
        if self._neighbourhood.limits(where.address):
            await self._neighbours.wait()
        await self._paces.datagram(on_link=link is not None)
        one = await self._unicast(where.family, query)
        if one is None:
            return Status.UNREACHABLE
        # The last moment for UDP: the very address that the socket is given is checked.
        if not self.scope.permits(where.address):
            return Status.OUT_OF_SCOPE
        self._asking_own(where.address.partition("%")[0])
        return self._emit(one, query, where.sockaddr)

    async def sweep(
        self,
        query: Query,
        addresses: Iterable[str],
        *,
        on_asked: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Send `query` once to each of `addresses` that is in scope, paced: many in one system
        call where the system can, one by one elsewhere."""
        batch = await self._batch(query)
        work = Sweep(self.links, self._profile, self._neighbourhood)
        waiting = iter(addresses)
        while some := list(islice(waiting, self._round_size)):
            numbers = list(map(ipv4_value, some))
            with self._telling(query, some, numbers) as left:
                groups = work.groups(some, numbers, batched=batch is not None)
                await self._sweep(query, groups, work, batch, left, on_asked)

    @contextmanager
    def _telling(
        self, query: Query, addresses: Sequence[str], values: Sequence[int | None]
    ) -> Iterator[OnLeft]:
        """What is to be called with the numbers of those addresses that a datagram left for."""
        if self._rounds is not None:
            with self._rounds.round(query, addresses, values) as one:
                yield one.left
            return

        def tell(numbers: Sequence[int]) -> None:
            for number in numbers:
                report(self._on_contact, addresses[number], query.port, "udp", query.name)

        yield tell

    async def _sweep(
        self,
        query: Query,
        groups: Iterable[Group],
        work: Sweep,
        batch: udp_batch.UdpBatch | None,
        left: OnLeft,
        on_asked: Callable[[str], None],
    ) -> None:
        place = 0
        for group in groups:
            if batch is None or not group.values:
                for number, address in enumerate(group.addresses, place):
                    if await self._send(query, address) is Status.OK:
                        left((number,))
                    on_asked(address)
            else:
                if group.limited:
                    await self._neighbours.wait(len(group.values))
                await self._paces.datagram(len(group.values), on_link=group.on_link)
                # The last moment: nothing waits between this check and the system call.
                await self._emit_group(batch, work.permitted(group, self.scope), place, left)
                for address in group.addresses:
                    on_asked(address)
            place += len(group.addresses)

    async def _batch(self, query: Query) -> udp_batch.UdpBatch | None:
        """Where many datagrams leave by one call; None where the system cannot."""
        if not udp_batch.available():
            return None
        one = await self._unicast(socket.AF_INET, query)
        if one is None or one.sock is None:
            return None
        query = from_here(query, one.own_address, one.local_port)
        self._check(query)
        return udp_batch.UdpBatch(one.sock, query.payload, query.port)

    async def _emit_group(
        self, batch: udp_batch.UdpBatch, permitted: Permitted, first: int, left: OnLeft
    ) -> None:
        """`first` is the number of the group's first address."""
        numbers = [first + number for number in permitted.numbers]
        if not self._own.isdisjoint(permitted.addresses):
            for address in permitted.addresses:
                self._asking_own(address)
        place = 0
        while place < len(numbers):
            count, error = batch.send(permitted.packed[place:])
            self.sent += count
            left(numbers[place : place + count])
            place += count
            if error is not None and error.errno == errno.EAGAIN:
                await asyncio.sleep(0.001)  # the send buffer is full, and empties by itself
            elif error is not None:
                status_of(error, connecting=True)  # raises what is this machine's own fault
                place += 1
        await asyncio.sleep(0)  # answers are read while the sweep goes on

    async def multicast(self, query: Query, interface: Interface, version: int = 4) -> Skip | None:
        """Send `query` to its IPv4 or IPv6 group by `interface`; a Skip if it may not or cannot."""
        group = query.group4 if version == 4 else query.group6
        if group is None:
            return _skip(interface, query, version, f"no IPv{version} group")
        if version == 4:
            return await self._by_link(query, interface, 4, lambda _: (group, group))
        to = (group, query.port, 0, interface.index)
        return await self._by_link(query, interface, 6, lambda _: (f"{group}%{interface.name}", to))

    async def broadcast(
        self, query: Query, interface: Interface, *, directed: bool = False
    ) -> Skip | None:
        """Broadcast `query` on `interface`: to 255.255.255.255, which a device with a wrong
        address hears too, or `directed` to its first subnet; a Skip if it may not or cannot.

        Where no socket can be tied to an interface, every broadcast is directed.
        """
        if not query.broadcast:
            return _skip(interface, query, 4, "it is not broadcast")

        def target(one: Endpoint) -> tuple[str, str]:
            subnet = interface.of_version(4)[0].network
            text = str(subnet.broadcast_address) if directed or not one.tied else BROADCAST
            return text, text

        return await self._by_link(query, interface, 4, target)

    async def _by_link(
        self,
        query: Query,
        interface: Interface,
        version: int,
        target: Callable[[Endpoint], tuple[str, str | tuple[str, int, int, int]]],
    ) -> Skip | None:
        reason = multicast_refusal(self.scope, interface, version, allowed=self._allow_multicast)
        if reason is not None:
            return _skip(interface, query, version, reason)
        await self._paces.datagram(on_link=True)
        try:
            one = await self._of_link(interface, version, query)
        except OSError as error:
            return _skip(interface, query, version, error.strerror or str(error))
        # The last moment for whatever reaches a whole link.
        reason = multicast_refusal(self.scope, interface, version, allowed=self._allow_multicast)
        if reason is not None:
            return _skip(interface, query, version, reason)
        name, to = target(one)
        sockaddr = (to, query.port) if isinstance(to, str) else to
        status = self._emit(one, query, sockaddr)
        if status is not Status.OK:
            return _skip(interface, query, version, status.value)
        report(self._on_contact, name, query.port, "udp", query.name)
        return None

    async def receive(self, timeout: float) -> Datagram | None:
        """The next answer, None when there is none within `timeout` seconds."""
        return await self._inbox.get(timeout)

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
            elif self._inbox.closed:
                return

    def _check(self, query: Query) -> None:
        if not is_permitted(query.payload, query.port):
            raise LocalFaultError(f"{query.name!r} is not on the list of permitted queries")

    def _emit(self, one: Endpoint, query: Query, to: tuple[str | int, ...]) -> Status:
        query = from_here(query, one.own_address, one.local_port)
        self._check(query)
        fault = one.emit(query.payload, to)
        if fault is not None:
            return status_of(fault, connecting=True)
        self.sent += 1
        return Status.OK

    def _asking_own(self, address: str) -> None:
        if address in self._own:
            self._asked_own.add(address)

    def _arrived(self, data: bytes, addr: tuple[str | int, ...], one: Endpoint) -> None:
        address = from_sockaddr(addr)
        plain = address.partition("%")[0]
        if plain in self._own and (
            plain not in self._asked_own or is_permitted(data, one.local_port)
        ):
            return  # our own query, looped back
        if not self._inbox.admits(address, len(data)):
            return
        link = one.interface or on_link(address, self.links)
        self._inbox.put(
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

    async def _unicast(self, family: int, query: Query) -> Endpoint | None:
        """The socket for unicast of one family; None when this machine lacks the family."""
        key = (family, "", query.local_port)
        if key not in self._endpoints:
            try:
                sock = self._opened(query, lambda port: any_socket(family, port))
            except OSError:
                return None
            await self._listen_on(key, sock, None, tied=False)
        return self._endpoints[key]

    async def _of_link(self, interface: Interface, version: int, query: Query) -> Endpoint:
        """The socket for one interface and local port, a member of the groups that are heard."""
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        key = (family, interface.name, query.local_port)
        if key not in self._endpoints:
            sock, tied = self._opened(
                query,
                lambda port: link_socket(
                    interface, version, local_port=port, hops=query.hops, hear4=query.hear4
                ),
            )
            await self._listen_on(key, sock, interface, tied=tied)
        return self._endpoints[key]

    def _opened(self, query: Query, make: Callable[[int], _Socket]) -> _Socket:
        """A socket on the query's local port, or on any when another program holds that."""
        try:
            return make(query.local_port)
        except PortTaken as taken:
            self._on_skip(
                Skip(
                    subject=f"UDP port {query.local_port}",
                    what=f"answers to {query.name}",
                    reason=f"{taken.reason}; asked from another port, to which some devices "
                    "do not answer",
                )
            )
            return make(0)

    async def _listen_on(
        self, key: _Key, sock: socket.socket, interface: Interface | None, *, tied: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        with closed_on_error(sock):
            _, one = await loop.create_datagram_endpoint(
                lambda: Endpoint(self._arrived, interface, sock, tied=tied), sock=sock
            )
        previous = self._endpoints.setdefault(key, one)
        if previous is not one and one.transport is not None:
            one.transport.close()  # two senders asked for the first socket at once


def _skip(interface: Interface, query: Query, version: int, reason: str) -> Skip:
    return Skip(
        subject=interface.name, what=f"{query.name} by IPv{version} multicast", reason=reason
    )


def _round_size(profile: Profile) -> int:
    slowest = min(profile.on_link_pps, profile.routed_udp_pps)
    return max(1, min(_ROUND, int(slowest)))
