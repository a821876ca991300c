"""By which interface, next hop and source address each target is reached, as Linux decides it.

The kernel is asked once for each piece of the target list between two boundaries of its routing
tables and rules (rtnetlink(7)), so a /16 costs a handful of questions and policy routing holds.
"""

from __future__ import annotations

import socket
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from camscan.scope import Span

# <linux/rtnetlink.h>, <linux/netlink.h>, <linux/fib_rules.h>
_RTM_NEWROUTE, _RTM_GETROUTE = 24, 26
_RTM_NEWRULE, _RTM_GETRULE = 32, 34
_NLM_F_REQUEST, _NLM_F_DUMP = 0x1, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PREFSRC, _RTA_MULTIPATH, _RTA_VIA = 1, 4, 5, 7, 9, 18
_RTN_UNICAST, _RTN_LOCAL = 1, 2
_HEADER = struct.Struct("=IHHII")
_ROUTE = struct.Struct("=BBBBBBBBI")
_NEXT_HOP = struct.Struct("=HBBi")
_ATTRIBUTE = struct.Struct("=HH")
_BUFFER = 1 << 16
_SECONDS = 5.0


class Route(Struct, frozen=True, kw_only=True):
    """How the addresses of `span` are reached. `gateway` None: on-link.

    `reason` says why there is no way to send a frame of one's own: no route, an address of this
    machine, a broadcast address. `index` is the interface's, 0 with a reason.
    """

    version: int
    span: Span
    index: int = 0
    gateway: str | None = None
    source: str | None = None
    reason: str | None = None


class Routes:
    """The kernel's routing of this network namespace; use it as a context manager."""

    def __init__(self) -> None:
        self._sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._sock.settimeout(_SECONDS)
        self._sequence = 0

    def __enter__(self) -> Routes:
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def of(self, version: int, spans: Sequence[Span]) -> Iterator[Route]:
        """The routes of every address of `spans`, pieces of equal routing joined."""
        previous: Route | None = None
        edges = self._edges(version)
        for span in spans:
            for piece in _cut(span, edges):
                route = self.to(version, piece)
                if previous is not None and _joins(previous, route):
                    route = _replace(route, Span(previous.span.first, piece.last))
                elif previous is not None:
                    yield previous
                previous = route
        if previous is not None:
            yield previous

    def to(self, version: int, span: Span) -> Route:
        """The route of the first address of `span`, said of all of it."""
        family, width = _family(version)
        target = span.first.to_bytes(width, "big")
        body = _ROUTE.pack(family, width * 8, 0, 0, 0, 0, 0, 0, 0)
        body += _ATTRIBUTE.pack(_ATTRIBUTE.size + width, _RTA_DST) + target
        try:
            answers = list(self._ask(_RTM_GETROUTE, _NLM_F_REQUEST, body))
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            return Route(version=version, span=span, reason=error.strerror or str(error))
        for kind, answer in answers:
            if kind == _RTM_NEWROUTE:
                return _route(version, span, answer)
        return Route(version=version, span=span, reason="the kernel names no route")

    def _edges(self, version: int) -> list[int]:
        """The first address of each prefix of a route or rule, and the one after its last."""
        family, width = _family(version)
        found: set[int] = set()
        for request in (_RTM_GETROUTE, _RTM_GETRULE):
            body = _ROUTE.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
            for kind, answer in self._ask(request, _NLM_F_REQUEST | _NLM_F_DUMP, body):
                if kind not in (_RTM_NEWROUTE, _RTM_NEWRULE):
                    continue
                length = _ROUTE.unpack_from(answer)[1]
                raw = _attributes(answer[_ROUTE.size :]).get(_RTA_DST, b"")
                if len(raw) == width and length <= width * 8:
                    first = int.from_bytes(raw, "big")
                    found |= {first, first + (1 << (width * 8 - length))}
        return sorted(found)

    def _ask(self, request: int, flags: int, body: bytes) -> Iterator[tuple[int, bytes]]:
        """(message type, body) of each answer; OSError with the kernel's own error number."""
        self._sequence += 1
        size = _HEADER.size + len(body)
        self._sock.send(_HEADER.pack(size, request, flags, self._sequence, 0) + body)
        while True:
            data = self._sock.recv(_BUFFER)
            while len(data) >= _HEADER.size:
                length, kind, _, sequence, _ = _HEADER.unpack_from(data)
                part, data = data[_HEADER.size : length], data[(length + 3) & ~3 :]
                if sequence != self._sequence:
                    continue
                if kind == _NLMSG_DONE:
                    return
                if kind == _NLMSG_ERROR:
                    number = -struct.unpack_from("=i", part)[0]
                    if number:
                        raise OSError(number, _error_text(number))
                    return
                yield kind, part
                if not flags & _NLM_F_DUMP:
                    return


def _route(version: int, span: Span, answer: bytes) -> Route:
    kind = _ROUTE.unpack_from(answer)[7]
    if kind == _RTN_LOCAL:
        return Route(version=version, span=span, reason="an address of this machine")
    if kind != _RTN_UNICAST:
        return Route(version=version, span=span, reason="not a unicast route")
    found = _attributes(answer[_ROUTE.size :])
    index = struct.unpack("=i", found[_RTA_OIF])[0] if _RTA_OIF in found else 0
    if _RTA_MULTIPATH in found:  # several next hops of equal cost: the first serves as well
        path = found[_RTA_MULTIPATH]
        index = _NEXT_HOP.unpack_from(path)[3]
        found |= _attributes(path[_NEXT_HOP.size : _NEXT_HOP.unpack_from(path)[0]])
    gateway = found.get(_RTA_GATEWAY)
    if _RTA_VIA in found:  # a next hop of the other family (RFC 8950)
        gateway = found[_RTA_VIA][2:]
    return Route(
        version=version,
        span=span,
        index=index,
        gateway=_text(gateway),
        source=_text(found.get(_RTA_PREFSRC)),
        reason=None if index else "the kernel names no interface",
    )


def _attributes(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if length < _ATTRIBUTE.size:
            break
        found[kind & 0x3FFF] = data[_ATTRIBUTE.size : length]
        data = data[(length + 3) & ~3 :]
    return found


def _cut(span: Span, edges: Sequence[int]) -> Iterator[Span]:
    first = span.first
    for edge in edges[bisect_right(edges, span.first) : bisect_left(edges, span.last + 1)]:
        yield Span(first, edge - 1)
        first = edge
    yield Span(first, span.last)


def _joins(one: Route, other: Route) -> bool:
    return one.span.last + 1 == other.span.first and _replace(other, one.span) == one


def _replace(route: Route, span: Span) -> Route:
    return Route(
        version=route.version,
        span=span,
        index=route.index,
        gateway=route.gateway,
        source=route.source,
        reason=route.reason,
    )


def _text(raw: bytes | None) -> str | None:
    if raw is None:
        return None
    return str(IPv4Address(raw) if len(raw) == 4 else IPv6Address(raw))


def _family(version: int) -> tuple[int, int]:
    return (socket.AF_INET, 4) if version == 4 else (socket.AF_INET6, 16)


def _error_text(number: int) -> str:
    import os

    return os.strerror(number)
