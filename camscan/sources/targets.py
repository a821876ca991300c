"""Recorded answers target by target; of JSON Lines without holding a million records.

`Indexed` checks each line in a first pass and notes where the lines of each target are; a second
decodes them, one target at a time. The bytes of the files stay in memory, the records do not.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Protocol

from camscan.model.coverage import Skip
from camscan.model.evidence import Evidence
from camscan.sources.jsonl import Recorded, gather, line_at, lines, read_line, skip

_NONE = -1


class Targets(Protocol):
    """Targets in input order, each with all its evidence; to be gone through once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[str, Sequence[Evidence]]]: ...

    @property
    def skips(self) -> tuple[Skip, ...]:
        """What was not read, in input order; complete when every target was gone through."""


class Held:
    """The targets of what was read whole."""

    def __init__(self, recorded: Recorded) -> None:
        self.skips = recorded.skips
        self._evidence: dict[str, list[Evidence]] = {target: [] for target in recorded.targets}
        for item in recorded.evidence:
            self._evidence[item.target].append(item)

    def __len__(self) -> int:
        return len(self._evidence)

    def __iter__(self) -> Iterator[tuple[str, Sequence[Evidence]]]:
        yield from self._evidence.items()


class Indexed:
    """The targets of files that `jsonl.by_target` accepts."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        """`files` are names and contents."""
        self._files = tuple(files)
        self._targets: dict[str, int] = {}
        # By target: its first and its last record. By record: where it is, and the next one.
        self._first, self._last = array("q"), array("q")
        self._file, self._line = array("H"), array("L")
        self._start, self._next = array("q"), array("q")
        self._problems: list[tuple[int, int, str]] = []
        for file, (_, data) in enumerate(self._files):
            self._index(file, data)

    def __len__(self) -> int:
        return len(self._targets)

    @property
    def skips(self) -> tuple[Skip, ...]:
        """Lines that were not read, or not wholly."""
        return tuple(
            skip(self._files[file][0], line, reason)
            for file, line, reason in sorted(self._problems)
        )

    def __iter__(self) -> Iterator[tuple[str, Sequence[Evidence]]]:
        for target, number in self._targets.items():
            yield target, self._evidence(self._first[number])

    def _index(self, file: int, data: bytes) -> None:
        targets, first, last, following = self._targets, self._first, self._last, self._next
        for line, start, text in lines(data):
            parsed = read_line(text)
            if isinstance(parsed, str):
                self._problems.append((file, line, parsed))
                continue
            place = len(following)
            self._file.append(file)
            self._line.append(line)
            self._start.append(start)
            following.append(_NONE)
            number = targets.setdefault(parsed.target, len(last))
            if number == len(last):
                first.append(place)
                last.append(place)
            else:
                following[last[number]] = place
                last[number] = place

    def _evidence(self, place: int) -> list[Evidence]:
        found: list[Evidence] = []
        while place != _NONE:
            file = self._file[place]
            parsed = read_line(line_at(self._files[file][1], self._start[place]))
            problem = parsed if isinstance(parsed, str) else gather(parsed, found)
            if problem is not None:
                self._problems.append((file, self._line[place], problem))
            place = self._next[place]
        return found
