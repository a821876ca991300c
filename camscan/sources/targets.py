"""Recorded answers target by target; of JSON Lines without holding a million records.

`Indexed` checks each line in a first pass and notes where the lines of each target are; a second
decodes them, one target at a time. The bytes of the files stay in memory, the records do not.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, count, pairwise
from operator import ne
from typing import Protocol

from camscan.model.coverage import Skip
from camscan.model.device import Port, joined_port
from camscan.model.evidence import Record, record_of
from camscan.sources.jsonl import (
    Line,
    Recorded,
    blocks,
    read_again,
    read_facts,
    read_lines,
    read_whole,
    shown_port,
    skip,
)
from camscan.sources.lease import LeaseEvidence

_NONE = -1
_TOGETHER = 256  # targets that are read at once


class Targets(Protocol):
    """Targets in input order, each with all its records; to be gone through once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[str, list[Record]]]: ...

    @property
    def skips(self) -> tuple[Skip, ...]:
        """What was not read, in input order; complete when every target was gone through."""

    @property
    def ports(self) -> Mapping[str, tuple[Port, ...]]:
        """Ports by target, in order; of those of which a source names any."""


class Held:
    """The targets of what was read whole."""

    def __init__(self, recorded: Recorded) -> None:
        self.skips = recorded.skips
        self.ports = _by_target(recorded.ports)
        self._targets = recorded.targets
        self._evidence = recorded.evidence

    def __len__(self) -> int:
        return len(self._targets)

    def __iter__(self) -> Iterator[tuple[str, list[Record]]]:
        if isinstance(self._evidence, LeaseEvidence):
            # Of a lease file or an ARP table: nothing more is held.
            yield from self._evidence.by_target()
            return
        records: dict[str, list[Record]] = {target: [] for target in self._targets}
        for item in self._evidence:
            records[item.target].append(record_of(item))
        yield from records.items()


def _by_target(seen: Iterable[tuple[str, Port]]) -> dict[str, tuple[Port, ...]]:
    """Each port once, as `joined_port` has it."""
    found: dict[str, dict[tuple[int, str], Port]] = {}
    for target, port in seen:
        ports = found.setdefault(target, {})
        held = ports.get((port.port, port.transport))
        ports[port.port, port.transport] = port if held is None else joined_port(held, port)
    return {target: tuple([ports[key] for key in sorted(ports)]) for target, ports in found.items()}


class Indexed:
    """The targets of files that `jsonl.by_target` accepts."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        """`files` are names and contents."""
        self.ports: Mapping[str, tuple[Port, ...]] = {}
        self._shown: dict[tuple[str, Port], None] = {}
        self._files = tuple(files)
        self._targets: dict[str, int] = {}
        # By target: its first and its last run, which is lines of it one after the other.
        # By run: its file, its first line, where it begins and ends, and the target's next run.
        self._first, self._last = array("q"), array("q")
        self._file, self._line = array("H"), array("L")
        self._start, self._end, self._next = array("q"), array("q"), array("q")
        self._problems: list[tuple[int, int, str]] = []
        for file, (_, data) in enumerate(self._files):
            self._index(file, data)
        self.ports = _by_target(self._shown)
        self._shown.clear()

    def __len__(self) -> int:
        return len(self._targets)

    @property
    def skips(self) -> tuple[Skip, ...]:
        """Lines that were not read, or not wholly."""
        return tuple(
            skip(self._files[file][0], line, reason)
            for file, line, reason in sorted(self._problems)
        )

    def __iter__(self) -> Iterator[tuple[str, list[Record]]]:
        names = tuple(self._targets)
        number = 0
        while number < len(names):
            until = number + self._together(number)
            records = self._stretch(self._first[number], until - number)
            yield from zip(names[number:until], records, strict=True)
            number = until

    def _together(self, number: int) -> int:
        """How many targets from `number` on are one behind the other, each in one run."""
        first, runs = self._first, self._next
        run = first[number]
        most = min(_TOGETHER, len(first) - number, len(runs) - run)
        for more in range(most):
            if (
                first[number + more] != run
                or runs[run] != _NONE
                or (more and self._start[run] != self._end[run - 1])
                or (more and self._file[run] != self._file[run - 1])
            ):
                return max(more, 1)
            run += 1
        return most

    def _stretch(self, first: int, amount: int) -> Iterator[list[Record]]:
        """The records of targets of which each has one run, and the first of them is `first`."""
        last = first + amount
        text = self._files[self._file[first]][1][self._start[first] : self._end[last - 1]]
        records = read_facts(text) if amount > 1 else None
        if records is None:
            yield from map(self._records, range(first, last))
            return
        start = self._line[first]
        cuts = [line - start for line in self._line[first:last]]
        for begin, end in pairwise([*cuts, len(records)]):
            yield records[begin:end]

    def _index(self, file: int, data: bytes) -> None:
        current: str | None = None
        first, place = 1, 0
        for text in blocks(data):
            targets: list[str | None]
            texts = text.split(b"\n")
            lines = read_whole(text)
            if lines is None:
                read = read_lines(texts)
                lines = [each for each in read if isinstance(each, Line)]
                targets = [each.target if isinstance(each, Line) else None for each in read]
                self._problems += [
                    (file, first + at, each)
                    for at, each in enumerate(read)
                    if isinstance(each, str)
                ]
            else:
                targets = [line.target for line in lines]
            places = list(accumulate(map(len, texts), initial=place))
            # Lines are looked at one by one only where another target begins.
            for at in chain((0,), compress(count(1), map(ne, targets, targets[1:]))):
                target = targets[at]
                if target != current:
                    if current is not None:
                        self._end.append(places[at] + at)
                    current = target
                    if target is not None:
                        self._begin(target, file, first + at, places[at] + at)
            for line in [line for line in lines if line.port is not None]:
                if (port := shown_port(line)) is not None:
                    self._shown[line.target, port] = None
            first += len(texts)
            place = places[-1] + len(texts)
        if current is not None:
            self._end.append(place)

    def _begin(self, target: str, file: int, line: int, start: int) -> None:
        """A run of `target` begins."""
        run = len(self._next)
        self._file.append(file)
        self._line.append(line)
        self._start.append(start)
        self._next.append(_NONE)
        number = self._targets.setdefault(target, len(self._last))
        if number == len(self._last):
            self._first.append(run)
            self._last.append(run)
        else:
            self._next[self._last[number]] = run
            self._last[number] = run

    def _records(self, run: int) -> list[Record]:
        found: list[Record] = []
        while run != _NONE:
            file = self._file[run]
            text = self._files[file][1][self._start[run] : self._end[run]]
            for place, problem in read_again(text, found):
                self._problems.append((file, self._line[run] + place, problem))
            run = self._next[run]
        return found
