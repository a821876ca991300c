"""Addresses of one block that leave by one lane: what each port said, and their subnets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.subnet_group import group_of
from camscan.discovery.subnet_watch import SubnetWatch
from camscan.discovery.sweep_events import SweepEvents
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net.syn_round import Targets
from camscan.net.target_list import TargetList

Rows = npt.NDArray[np.int64]
SILENT, OPEN, CLOSED, UNREACHABLE = range(4)
_CODES = {Status.OK: OPEN, Status.REFUSED: CLOSED, Status.UNREACHABLE: UNREACHABLE}


class Part:
    """`indices` are the addresses' numbers in the target list, `order` the rows as they are
    asked. `status` and `silent` (counted as silence) are arrays of ports by rows."""

    def __init__(
        self,
        name: str,
        ctx: DiscoveryContext,
        targets: TargetList,
        indices: Rows,
        arrays: Targets,
        order: Rows,
        ports: Sequence[int],
        *,
        on_link: bool,
        release: Callable[[Sighting], None],
    ) -> None:
        self.indices = indices
        self._first = int(indices[0]) if len(indices) else 0
        self._consecutive = len(indices) > 0 and int(indices[-1]) - self._first + 1 == len(indices)
        self.arrays = arrays
        self.order = order
        self.ports = tuple(ports)
        self.numbers = {port: number for number, port in enumerate(self.ports)}
        self.on_link = on_link
        self.status = np.zeros((len(ports), len(indices)), dtype=np.uint8)
        self.silent = np.zeros((len(ports), len(indices)), dtype=np.bool_)
        self.known = np.zeros((len(ports), len(indices)), dtype=np.bool_)
        self.told = np.zeros(len(indices), dtype=np.bool_)
        self.first = self.late = self.passes = 0
        self.rounds: list[asyncio.Task[None]] = []
        self._name = name
        self._ctx = ctx
        self._targets = targets
        self._release = release
        self._group = np.full(len(indices), -1, dtype=np.int64)
        self.watches: list[SubnetWatch] = []
        self._divide(on_link, release)

    def text(self, row: int) -> str:
        """The address of a row."""
        return self._targets.text(int(self.indices[row]))

    def mark_known(self, events: SweepEvents) -> None:
        """Leave out the pairs that are known."""
        for row, address in self._among(events.known):
            for number, port in enumerate(self.ports):
                if events.done(address, port):
                    self.known[number, row] = True

    def row(self, index: int) -> int | None:
        """The row of a number of the target list, None when it is not of this part."""
        if self._consecutive:  # the usual case, asked for every packet
            at = index - self._first
            return at if 0 <= at < len(self.indices) else None
        at = int(self.indices.searchsorted(index))
        return at if at < len(self.indices) and self.indices[at] == index else None

    def watch(self, row: int) -> SubnetWatch | None:
        """The watch of the row's subnet; IPv6 has none."""
        group = int(self._group[row])
        return self.watches[group] if group >= 0 else None

    def expect(self, number: int, rows: Rows) -> None:
        """These rows will be asked for the port."""
        for watch, count in self._by_watch(rows):
            watch.expect(self.ports[number], count)

    def answer(self, row: int, number: int, status: Status) -> bool:
        """Note the answer of a pair; False when it had answered before."""
        if self.status[number, row] in (OPEN, CLOSED) or self.known[number, row]:
            return False
        late = bool(self.silent[number, row])
        repeated = self.status[number, row] == UNREACHABLE
        if repeated and status is Status.UNREACHABLE:
            return False
        self.status[number, row] = _CODES.get(status, SILENT)
        address, port = self.text(row), self.ports[number]
        sighting = None
        if status in (Status.OK, Status.REFUSED):
            self.late += late
            self.first += not late
            sighting = Sighting(
                address=address,
                port=port,
                transport="tcp",
                status=status,
                method=self._name,
                at=self._ctx.now(),
            )
        watch = self.watch(row)
        if watch is None or repeated:
            if sighting is not None:
                self._release(sighting)
        elif late:
            watch.late(address, port, status, sighting)
        else:
            watch.record(address, port, status, sighting)
        return sighting is not None

    def end_round(self, number: int, rows: Rows) -> list[SubnetWatch]:
        """The time for answers of `rows` is over; the watches that suspect a cut-off."""
        quiet = rows[(self.status[number, rows] == SILENT) & ~self.silent[number, rows]]
        self.silent[number, quiet] = True
        port = self.ports[number]
        for watch, count in self._by_watch(quiet):
            watch.silence(port, count)
        return [
            watch
            for watch, _ in self._by_watch(rows)
            if not watch.stopped and watch.complete(port) and watch.note_round(port)
        ]

    def stop(self, watch: SubnetWatch) -> Skip:
        """No further packet to this subnet."""
        self.arrays.wanted[self.rows_of(watch)] = False
        return watch.stop()

    def alive(self) -> Rows:
        """Rows that answered for some port, in the order they are asked."""
        live = ((self.status == OPEN) | (self.status == CLOSED)).any(axis=0)
        found: Rows = self.order[live[self.order]]
        return found

    def complete(self, number: int, rows: Rows) -> bool:
        """Every one of `rows` that may be asked for the port has answered open or closed."""
        said = self.status[number, rows]
        left = (said != OPEN) & (said != CLOSED) & ~self.known[number, rows]
        return not (left & self.arrays.wanted[rows]).any()

    def unanswered(self, number: int, rows: Rows) -> Rows:
        """Those of `rows` that were silent for the port and may be asked again."""
        left = (self.status[number, rows] == SILENT) & ~self.known[number, rows]
        found: Rows = rows[left & self.arrays.wanted[rows] & self.silent[number, rows]]
        return found

    def tell_alive(self) -> Iterator[str]:
        """Addresses that have answered and of which nothing is held: once each."""
        for row in self.alive():
            watch, address = self.watch(int(row)), self.text(int(row))
            if not self.told[row] and (watch is None or not watch.holds(address)):
                self.told[row] = True
                yield address

    def tell_all(self, awaited: Callable[[], Iterable[str]] | None = None) -> Iterator[str]:
        """The addresses that are left, once each; with `awaited`, those among them."""
        before, self.told = self.told, np.ones(len(self.told), dtype=np.bool_)
        for row, address in self._among(awaited):
            if not before[row]:
                yield address

    def _among(self, some: Callable[[], Iterable[str]] | None) -> Iterator[tuple[int, str]]:
        """(row, address) of those that are of this part; of all where there is no choice."""
        if some is None:
            yield from enumerate(self._targets.texts(self.indices))
            return
        for address in tuple(some()):
            index = self._targets.number(address)
            row = None if index is None else self.row(index)
            if row is not None:
                yield row, address

    def rows_of(self, watch: SubnetWatch) -> npt.NDArray[np.bool_]:
        """Which rows a watch watches."""
        inside: npt.NDArray[np.bool_] = self._group == self.watches.index(watch)
        return inside

    def finish(self) -> Iterator[tuple[SubnetWatch, Skip]]:
        """Release what is held; the middleboxes found."""
        for watch in self.watches:
            skip = watch.finish()
            if skip is not None:
                yield watch, skip

    def _by_watch(self, rows: Rows) -> Iterator[tuple[SubnetWatch, int]]:
        groups = self._group[rows]
        counts = np.bincount(groups[groups >= 0], minlength=len(self.watches))
        for number in np.flatnonzero(counts):
            yield self.watches[int(number)], int(counts[number])

    def _divide(self, on_link: bool, release: Callable[[Sighting], None]) -> None:
        """Rows into /24s; the rows stand in the order of their addresses."""
        if self.arrays.octets.shape[1] != 4 or not len(self.indices):
            return
        networks = self.arrays.octets[:, :3].astype(np.int64)
        keys = (networks[:, 0] << 16) | (networks[:, 1] << 8) | networks[:, 2]
        _, first, self._group, counts = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )
        for row, count in zip(first, counts, strict=True):
            cidr = group_of(self.text(int(row)))
            assert cidr is not None
            self.watches.append(SubnetWatch(cidr, int(count), hold=not on_link, release=release))
