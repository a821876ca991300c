"""Recorded answers target by target; of JSON Lines without holding a million records.

`Indexed` checks each line in a first pass and notes where the lines of each target are; a second
decodes them, one target at a time. The bytes of the files stay in memory, the records do not.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from camscan.model.coverage import Skip
from camscan.model.device import Port, joined_port
from camscan.model.evidence import Record, record_of
from camscan.sources.jsonl import Line, Recorded, blocks, read_again, read_lines, shown_port, skip
from camscan.sources.lease import LeaseEvidence

_NONE = -1


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
        for target, number in self._targets.items():
            yield target, self._records(self._first[number])

    def _index(self, file: int, data: bytes) -> None:
        current: str | None = None
        line = place = 0
        for texts in blocks(data):
            for parsed, text in zip(read_lines(texts), texts, strict=True):
                line += 1
                if isinstance(parsed, Line):
                    if parsed.target != current:
                        if current is not None:
                            self._end.append(place)
                        current = parsed.target
                        self._begin(current, file, line, place)
                    if parsed.port is not None and (port := shown_port(parsed)) is not None:
                        self._shown[current, port] = None
                else:
                    if current is not None:
                        self._end.append(place)
                        current = None
                    if parsed is not None:
                        self._problems.append((file, line, parsed))
                place += len(text) + 1
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
