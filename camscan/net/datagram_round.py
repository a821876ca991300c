"""The datagrams of a UDP sweep as rounds: two compact records in place of one for each."""

from __future__ import annotations

import secrets
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from camscan.model.contact_round import RoundBegan, RoundEnded, pack
from camscan.protocols.query import Query

OnRound = Callable[[RoundBegan | RoundEnded], None]


class DatagramRounds:
    """Tells `on_round` of each round before its first datagram leaves and after its last."""

    def __init__(self, on_round: OnRound) -> None:
        self._on_round = on_round
        self._run = secrets.token_hex(4)
        self._count = 0

    @contextmanager
    def round(
        self, query: Query, addresses: Sequence[str], values: Sequence[int | None]
    ) -> Iterator[DatagramRound]:
        """`query` goes to `addresses`, of which `values` are the integers of IPv4; what has left
        is told whatever ends the block."""
        self._count += 1
        key = f"{self._run}-{self._count}"
        self._on_round(
            RoundBegan(
                id=key,
                at=datetime.now(UTC),
                port=query.port,
                transport="udp",
                query=query.name,
                addresses=ranges(addresses, values),
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
        since = int((now - self._began) * 1000)
        if self._since and self._since[-1] == since:
            self._sizes[-1] += len(numbers)
        elif numbers:
            self._since.append(since)
            self._sizes.append(len(numbers))
        self._numbers.extend(numbers)

    def ended(self, key: str) -> RoundEnded:
        """The record of all that has left."""
        order = pack(self._since, self._sizes, self._numbers)
        return RoundEnded(id=key, at=self._at, packets=len(self._numbers), order=order)


def ranges(addresses: Sequence[str], values: Sequence[int | None]) -> tuple[str, ...]:
    """`first-last` of IPv4 addresses that follow each other, and single ones, in their order;
    `values` are their integers, None for IPv6."""
    found: list[str] = []
    start = 0
    for end in range(1, len(addresses) + 1):
        before = values[end - 1]
        if before is None or end == len(addresses) or values[end] != before + 1:
            alone = end - start == 1
            found.append(addresses[start] if alone else f"{addresses[start]}-{addresses[end - 1]}")
            start = end
    return tuple(found)
