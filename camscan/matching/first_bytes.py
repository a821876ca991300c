"""Which P2P library do the first bytes of a connection speak of?

Asked once a connection and direction, so a look-up costs a list index and, where something may
match, one number and a comparison a signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from camscan.matching.library import WINDOW, Library, Signature


class _Entry(NamedTuple):
    """A signature as numbers over the window, with its library."""

    mask: int
    value: int
    signature: Signature
    ports: frozenset[int]
    library: str


_Bucket = tuple[_Entry, ...]


class FirstBytes:
    """The signatures of all libraries, by transport and first byte."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self._buckets: dict[str, tuple[_Bucket, ...]] = {}
        entries = [
            _Entry(
                int(signature.mask, 16),
                int(signature.value, 16),
                signature,
                _ports(library, signature.transport),
                library.id,
            )
            for library in libraries
            for signature in library.first
        ]
        # What fixes more bits is asked first: STUN inside a maker's own frame is the maker's.
        entries.sort(key=lambda entry: -entry.signature.bits)
        for transport in ("udp", "tcp"):
            own = [entry for entry in entries if entry.signature.transport == transport]
            self._buckets[transport] = tuple(
                tuple(entry for entry in own if _may_begin(entry, byte)) for byte in range(256)
            )

    def find(
        self, transport: str, port: int | None, payload: bytes, size: int | None = None
    ) -> str | None:
        """Id of the library, or None. `port` is the peer's, `payload` the first WINDOW bytes.

        `size` is the payload's whole length; None: that of `payload` where it is shorter than
        the window, else unknown, and then a length inside is not compared on a listed port and
        proves nothing elsewhere.
        """
        buckets = self._buckets.get(transport)
        if buckets is None or not payload:
            return None
        bucket = buckets[payload[0]]
        if not bucket:
            return None
        head = payload[:WINDOW]
        window = int.from_bytes(head.ljust(WINDOW, b"\0"), "big")
        if size is None and len(payload) < WINDOW:
            size = len(payload)
        for mask, value, signature, ports, name in bucket:
            if window & mask != value or len(head) < signature.needs:
                continue
            listed = port in ports
            if (listed or signature.anywhere) and _agrees(signature, head, size, listed=listed):
                return name
        return None


def _agrees(signature: Signature, head: bytes, size: int | None, *, listed: bool) -> bool:
    """Whether the length inside is that of the payload; unknown is enough on a listed port."""
    field = signature.length
    if field is None:
        return True
    if size is None:
        return listed
    return int.from_bytes(head[field.offset : field.offset + field.size], "big") + field.plus == (
        size
    )


def _may_begin(entry: _Entry, byte: int) -> bool:
    shift = 8 * (WINDOW - 1)
    return byte & (entry.mask >> shift) == entry.value >> shift


def _ports(library: Library, transport: str) -> frozenset[int]:
    found: set[int] = set()
    for entry in library.ports:
        kind, _, numbers = entry.partition("/")
        first, _, last = numbers.partition("-")
        last = last or first
        if kind == transport and first.isdecimal() and last.isdecimal():
            found.update(range(int(first), min(int(last), 65_535) + 1))
    return frozenset(found)
