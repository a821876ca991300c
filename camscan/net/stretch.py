"""The addresses of a scope in runs of consecutive numbers: nothing is made per address."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from msgspec import Struct

from camscan.scope import ENUMERABLE_V6, Scope, Span


class Stretch(Struct, frozen=True, kw_only=True):
    """Consecutive numbers `start` up to `start + size` of one IP version; `zones`: the names of
    the interfaces that take turns in a stretch of link-local addresses."""

    start: int
    size: int
    version: int
    span: Span
    zones: tuple[str, ...] = ()


def stretches(scope: Scope) -> Iterator[Stretch]:
    """All that can be enumerated, in the order of `Scope.addresses`."""
    start = 0
    for span in scope.v4.spans:
        yield Stretch(start=start, size=span.size, version=4, span=span)
        start += span.size
    zones = tuple(sorted(scope.links))
    for span in scope.v6.spans:
        if span.size > ENUMERABLE_V6:
            continue
        local = IPv6Address(span.first).is_link_local
        size = span.size * len(zones) if local else span.size
        if size:
            yield Stretch(
                start=start, size=size, version=6, span=span, zones=zones if local else ()
            )
        start += size
