"""The unit in which answers of neighbouring addresses are compared: an IPv4 /24."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

BLOCK = 4096
"""Addresses swept together, port by port; a block ends where a /24 ends."""


def group_of(address: str) -> str | None:
    """The /24 of an IPv4 address as CIDR; None for IPv6, where neighbours mean little."""
    if ":" in address:
        return None
    return f"{address.rpartition('.')[0]}.0/24"


def blocks(
    addresses: Iterable[str], *, start: int = 0, size: int = BLOCK
) -> Iterator[tuple[int, list[str]]]:
    """(index of the first address, addresses) of consecutive blocks, from index `start` on.

    A block has at least `size` addresses (the last may have fewer) and is cut only between two
    /24s, or anywhere among IPv6 addresses.
    """
    first = start
    block: list[str] = []
    previous: str | None = None
    for index, address in enumerate(addresses):
        if index < start:
            continue
        group = group_of(address)
        if len(block) >= size and (group is None or group != previous):
            yield first, block
            first, block = index, []
        block.append(address)
        previous = group
    if block:
        yield first, block
