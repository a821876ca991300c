"""What a raw sweep sends: addresses as arrays, and rounds of one packet to many of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.float64]

BUSY = -1.0
"""In place of a time: the row was left out, since somebody talks or has just talked to it."""


@dataclass(slots=True, eq=False, kw_only=True)
class Targets:
    """Addresses that leave by one lane, as arrays of one row each, shared by their rounds.

    `wanted` False: no further packet. `busy`: somebody has a connection to it. `due`: the
    monotonic time before which it gets no SYN. `sent_at`: by port number and row, 0 for never.
    """

    lane: int
    octets: Octets
    macs: Octets
    wanted: Mask
    busy: Mask
    due: Times
    sent_at: Times


@dataclass(slots=True, eq=False, kw_only=True)
class Round:
    """One packet to each of `rows`, in this order. `port` 0 asks for MAC addresses.

    `number` is the port's row in `sent_at`, `attempt` chooses the source port. Filled in: `at`,
    for each row the monotonic time of its packet, 0 while there is none, or BUSY; and `stray`
    packets that the scope stopped.
    """

    targets: Targets
    rows: Rows
    port: int
    number: int = 0
    attempt: int = 0
    stray: int = 0
    at: Times = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.at):
            self.at = np.zeros(len(self.rows))

    @property
    def sent(self) -> int:
        """Packets that have left."""
        return int(np.count_nonzero(self.at > 0))

    @property
    def gone(self) -> Mask:
        """Which of `rows` a packet has left for."""
        return self.at > 0

    @property
    def busy(self) -> Rows:
        """The rows that were left out since somebody talks or has just talked to them."""
        found: Rows = self.rows[self.at == BUSY]
        return found


def rows_and_times(memory: Octets) -> tuple[Rows, Times]:
    """`rows` and `at` of a round that lies in `memory`, sixteen bytes a row."""
    middle = len(memory) // 2
    return memory[:middle].view(np.int64), memory[middle:].view(np.float64)


def size_of(count: int, width: int, ports: int) -> int:
    """Bytes that `targets_in` needs for `count` addresses of `width` bytes and so many ports."""
    return count * (8 * (1 + ports) + 6 + width + 2)


def targets_in(memory: Octets, lane: int, count: int, width: int, ports: int) -> Targets:
    """Targets whose arrays lie in `memory`, `size_of` bytes of it; nothing is set."""
    sizes = (8 * count, 8 * count * ports, 6 * count, width * count, count, count)
    ends = np.cumsum(sizes)
    parts = [memory[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return Targets(
        lane=lane,
        due=parts[0].view(np.float64),
        sent_at=parts[1].view(np.float64).reshape(ports, count),
        macs=parts[2].reshape(count, 6),
        octets=parts[3].reshape(count, width),
        wanted=parts[4].view(np.bool_),
        busy=parts[5].view(np.bool_),
    )
