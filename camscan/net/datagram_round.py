"""The datagrams of a UDP sweep as rounds: two compact records in place of one for each."""

from __future__ import annotations

import secrets
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Address

from camscan.model.contact_round import RoundBegan, RoundEnded, pack
from camscan.net.address import ipv4_value, parse
from camscan.protocols.query import Query

OnRound = Callable[[RoundBegan | RoundEnded], None]


class DatagramRounds:
    """Tells `on_round` of each round before its first datagram leaves and after its last."""

    def __init__(self, on_round: OnRound) -> None:
        self._on_round = on_round
        self._run = secrets.token_hex(4)
        self._count = 0

    @contextmanager
    def round(self, query: Query, addresses: Sequence[str]) -> Iterator[DatagramRound]:
        """`query` goes to `addresses`; what has left is told whatever ends the block."""
        self._count += 1
        key = f"{self._run}-{self._count}"
        self._on_round(
            RoundBegan(
                id=key,
                at=datetime.now(UTC),
                port=query.port,
                transport="udp",
                query=query.name,
                addresses=ranges(addresses),
            )
        )
        one = DatagramRound()
        try:
            yield one
        finally:
            self._on_round(one.ended(key))


class DatagramRound:
    """Which datagrams of a round have left when."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._at = datetime.now(UTC)
        self._since, self._sizes, self._numbers = array("I"), array("I"), array("I")

    def left(self, numbers: Sequence[int]) -> None:
        """The addresses of these numbers have just been sent theirs."""
        now = time.monotonic()
        if self._began is None:
            self._began, self._at = now, datetime.now(UTC)
        if numbers:
            self._since.append(round((now - self._began) * 1000))
            self._sizes.append(len(numbers))
            self._numbers.extend(numbers)

    def ended(self, key: str) -> RoundEnded:
        """The record of all that has left."""
        order = pack(self._since, self._sizes, self._numbers)
        return RoundEnded(id=key, at=self._at, packets=len(self._numbers), order=order)


def ranges(addresses: Sequence[str]) -> tuple[str, ...]:
    """`first-last` of addresses that follow each other, and single ones, in their order."""
    found: list[str] = []
    first = last = ""
    before: int | None = None
    for address in addresses:
        value = _value(address)
        if value is not None and before is not None and value == before + 1:
            last = address
        else:
            found += _range(first, last)
            first = last = address
        before = value
    return tuple(found + _range(first, last))


def _range(first: str, last: str) -> list[str]:
    if first == last:
        return [first] if first else []
    return [f"{first}-{last}"]


def _value(address: str) -> int | None:
    """The number of an address; None with a zone, which no range holds."""
    value = ipv4_value(address)
    if value is not None:
        return value
    parsed = parse(address)
    if parsed is None or isinstance(parsed, IPv4Address) or parsed.scope_id is not None:
        return None
    return int(parsed) | 1 << 128  # no IPv6 address follows an IPv4 one
