"""The one place from which TCP connections leave."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache

from camscan.model.status import Status
from camscan.net.address import Endpoint, endpoint, ipv4_value, parse
from camscan.net.attempts import Attempts, Said
from camscan.net.connection import Connection
from camscan.net.contact import ContactSink, report
from camscan.net.descriptor import raise_limit, window
from camscan.net.establish import establish
from camscan.net.fault import status_of
from camscan.net.host_gate import HostGate, Sharer
from camscan.net.interface import Interface, interfaces, on_link
from camscan.net.limits import SYN_SECONDS, Limits
from camscan.net.neighbourhood import Neighbourhood
from camscan.net.pace import Paces
from camscan.net.places import Places
from camscan.net.profile import Profile
from camscan.protocols.never import NEVER_PORTS
from camscan.scope import Scope, Span, SpanSet

_LOOPBACK = Span(0x7F000000, 0x7FFFFFFF)


class Dialer:
    """Opens every connection: in scope, one per device at a time, paced, reported.

    `window` is how many touches may be under way at once: more would only wait. `paces` may be
    shared with the UDP sender, so that the rate holds for both together.
    """

    def __init__(
        self,
        scope: Scope,
        *,
        limits: Limits,
        profile: Profile,
        on_contact: ContactSink | None = None,
        paces: Paces | None = None,
        links: Sequence[Interface] | None = None,
    ) -> None:
        self.scope = scope
        self.limits = limits
        self.profile = profile
        self.paces = paces if paces is not None else Paces(profile)
        self._on_contact = on_contact
        self._links = tuple(interfaces() if links is None else links)
        self._gate = HostGate(host_gap=profile.host_gap, probe_gap=profile.probe_gap)
        allowed = window(raise_limit())
        self.window = allowed.touches
        self._touches = Places(allowed.touches)
        self._attempts: Attempts | None = None
        self._neighbourhood = Neighbourhood(self._links)
        self._neighbours = Places(self._neighbourhood.touches)
        self._probes = asyncio.Semaphore(allowed.probes)
        connected = (own.network for link in self._links if link.up for own in link.of_version(4))
        self._near_v4 = SpanSet.of(
            [_LOOPBACK, *(Span(int(one[0]), int(one[-1])) for one in connected)]
        )
        self._near = lru_cache(maxsize=16384)(self._is_on_link)

    async def touch(self, address: str, port: int, *, timeout: float = SYN_SECONDS) -> Status:
        """Connect with one SYN and close at once: OK, REFUSED, TIMED_OUT, UNREACHABLE,
        OUT_OF_SCOPE, or NOT_TRIED for a port that is never touched."""
        where, status = self._permitted(address, port)
        if where is None:
            return status
        await self._gate.enter(where.address, probe=False)
        try:
            room = self._room(where.address)
            await room.take()
            try:
                answer = await self._connect(
                    where, port, "tcp connect", timeout=min(timeout, SYN_SECONDS), bulk=True
                )
                if isinstance(answer, Status):
                    return answer
                # FIN, not RST (SO_LINGER 0). A lost FIN is sent again by the kernel; a lost RST
                # leaves one of a camera's one to five sockets occupied until its own timeout, if
                # it has any. And a server meets an end of file as after any short visit, not a
                # reset in its accept queue. The price, a TIME_WAIT, is paid on this side.
                answer.close()
                return Status.OK
            finally:
                room.give()
        finally:
            self._gate.leave(where.address, probe=False)

    def touch_now(
        self, address: str, port: int, done: Callable[[Said], None], *, on_link: bool
    ) -> bool:
        """`touch` without a task, where it need not wait: `done` is told the answer, perhaps
        before this returns. `on_link` as `is_on_link` says.

        False, and nothing was done: the device, the rate or this system's room is not free now,
        or the address is none of IPv4 in scope. Then `touch` is to be asked.
        """
        if not Attempts.possible() or port in NEVER_PORTS or not 0 < port < 65536:
            return False
        value = ipv4_value(address)
        # The first moment and the last: the socket connects before anything else happens.
        if value is None or not self.scope.permits_ipv4(value):
            return False
        room = self._room(address) if on_link else self._touches
        if room.full or not self._gate.enter_now(address):
            return False
        if not self.paces.syn_now(on_link=on_link):
            self._gate.leave(address, probe=False)
            return False
        room.take_now()

        def end(said: Said | None) -> None:
            room.give()
            self._gate.leave(address, probe=False)
            if said is not None:
                done(said)

        try:
            sock = socket.SocketType(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        except OSError as error:
            end(None)
            done(status_of(error, connecting=True))
            return True
        self._gate.sent(address)
        report(self._on_contact, address, port, "tcp", "tcp connect")
        if self._attempts is None:
            self._attempts = Attempts(SYN_SECONDS)
        self._attempts.start(sock, (address, port), end)
        return True

    def drop_touches(self) -> None:
        """End what `touch_now` has begun; nobody is told."""
        if self._attempts is not None:
            self._attempts.drop()

    async def open(
        self,
        address: str,
        port: int,
        *,
        query: str,
        tls: bool = False,
        server_name: str | None = None,
        patience: float | None = None,
    ) -> Connection | Status:
        """A connection for one probe, or why there is none. Close it: the device waits for that.

        `query` names the probe for the journal; `patience` bounds the wait for the first byte
        where the usual limit is more than this device needs. Raises RuntimeError when this task
        still holds a connection to the same device.
        """
        where, status = self._permitted(address, port)
        if where is None:
            return status
        await self._gate.enter(where.address, probe=True)
        try:
            await self._probes.acquire()
            try:
                answer = await self._connect(
                    where, port, query, timeout=self.limits.connect_timeout, bulk=False
                )
            except BaseException:
                self._probes.release()
                raise
        except BaseException:
            self._gate.leave(where.address, probe=True)
            raise
        name = where.address
        if isinstance(answer, Status):
            self._release(name)
            return answer
        connection = Connection(
            answer,
            name,
            port,
            limits=self.limits,
            release=lambda: self._release(name),
            patience=patience,
        )
        if tls:
            try:
                status = await connection.start_tls(server_name)
            except BaseException:
                await connection.close()
                raise
            if status is not Status.OK:
                await connection.close()
                return status
        return connection

    def share(self, sharer: Sharer | None) -> None:
        """Keep out of the way of a raw sweep, and it out of ours; None when it is over."""
        self._gate.share(sharer)

    def is_on_link(self, address: str) -> bool:
        """True when no router lies between: the address is loopback or of a connected subnet."""
        return self._near(address)

    def _is_on_link(self, address: str) -> bool:
        value = ipv4_value(address)
        if value is not None:
            return value in self._near_v4
        parsed = parse(address)
        if parsed is None:
            return False
        return parsed.is_loopback or on_link(address, self._links) is not None

    def _room(self, address: str) -> Places:
        """What bounds the touches under way: descriptors, or on-link the neighbour table."""
        return self._neighbours if self._neighbourhood.limits(address) else self._touches

    def _release(self, address: str) -> None:
        self._probes.release()
        self._gate.leave(address, probe=True)

    def _permitted(self, address: str, port: int) -> tuple[Endpoint | None, Status]:
        """Early answer, before anything waits; `_connect` checks again at the last moment."""
        if port in NEVER_PORTS or not 0 < port < 65536:  # a device's own URL may name any port
            return None, Status.NOT_TRIED
        if not self.scope.permits(address):
            return None, Status.OUT_OF_SCOPE
        where = endpoint(address, port)
        return where, Status.OK if where else Status.UNREACHABLE

    async def _connect(
        self, where: Endpoint, port: int, query: str, *, timeout: float, bulk: bool
    ) -> socket.socket | Status:
        await self.paces.syn(on_link=self.is_on_link(where.address), bulk=bulk)
        # The last moment for TCP: the endpoint that is dialled is the one that is checked.
        if not self.scope.permits(where.address) or port in NEVER_PORTS:
            return Status.OUT_OF_SCOPE
        try:
            sock = socket.socket(where.family, socket.SOCK_STREAM)
        except OSError as error:
            return status_of(error, connecting=True)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._gate.sent(where.address)
            report(self._on_contact, where.address, port, "tcp", query)
            await establish(sock, where.sockaddr, timeout)
            if sock.getsockname() == sock.getpeername():
                # TCP's simultaneous open: towards an own address, the source port can be the
                # very port asked for, and the socket then has connected to itself.
                raise ConnectionRefusedError
        except OSError as error:  # TimeoutError is one too
            sock.close()
            return status_of(error, connecting=True)
        except BaseException:
            sock.close()
            raise
        return sock
