"""google-re2 behind one wall: options, sets with a canary, single patterns.

RE2 is linear in the length of the text, whatever the pattern: banners are hostile input. Two of
its traps are met here: a large set does not compile within the default memory, and a set whose
DFA runs out of memory answers "no match". So sets have explicit memory and are halved until they
compile, and hold one pattern that matches everything; when that one is missing, the patterns are
tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import re2

from camscan.errors import DataError

VALUE_LIMIT = 8192
SET_SIZE = 512
SET_MEMORY = 32 << 20
PATTERN_MEMORY = 4 << 20


def _options(memory: int, *, capture: bool = True) -> Any:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    options.never_capture = not capture
    return options


def encoded(value: str) -> bytes:
    """At most 8 KiB characters of `value` as UTF-8; lone surrogates become question marks."""
    return value[:VALUE_LIMIT].encode("utf-8", "replace")


def all_encoded(values: Sequence[str]) -> list[bytes]:
    """The same of values that are no longer."""
    try:
        return list(map(str.encode, values))
    except UnicodeEncodeError:
        return list(map(encoded, values))


def escape(text: str) -> str:
    """A pattern that matches exactly `text`."""
    return str(re2.escape(text))


class Pattern:
    """One compiled regular expression; DataError when RE2 refuses it.

    Without `capture` its groups catch nothing, which makes it quicker.
    """

    __slots__ = ("_compiled", "_named", "groups", "source")

    def __init__(self, source: str, *, memory: int = PATTERN_MEMORY, capture: bool = True) -> None:
        try:
            self._compiled = re2.compile(source, options=_options(memory, capture=capture))
        except re2.error as error:
            text = error.args[0] if error.args else error
            detail = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
            raise DataError(f"regex {source!r}: {detail}") from error
        self.source = source
        self._named = tuple((str(name), at) for name, at in self._compiled.groupindex.items())
        self.groups = frozenset(name for name, _ in self._named)

    def hits(self, value: bytes) -> bool:
        """True when the pattern occurs in `value`."""
        return self._compiled.search(value) is not None

    def place(self, value: bytes, start: int = 0) -> int:
        """Where the pattern first occurs in `value`, at or behind `start`; -1 for nowhere."""
        found = self._compiled.search(value, start)
        return -1 if found is None else int(found.start())

    def all(self, value: bytes) -> tuple[str, ...]:
        """The first group of every place where the pattern occurs, in their order."""
        return tuple(
            [found.group(1).decode("utf-8", "replace") for found in self._compiled.finditer(value)]
        )

    def captures(self, value: bytes) -> dict[str, str] | None:
        """Named groups that took part, None without a match."""
        found = self._compiled.search(value)
        if found is None:
            return None
        caught = {}
        # Not `groupdict`, which asks RE2 for the names of the groups each time.
        for name, at in self._named:
            start, end = found.span(at)
            if start >= 0:
                caught[name] = value[start:end].decode("utf-8", "replace")
        return caught


class PatternSet:
    """Up to SET_SIZE patterns that are searched for at once."""

    __slots__ = ("_canary", "_only", "_patterns", "_set", "_single", "fallbacks")

    def __init__(self, patterns: Sequence[str], *, memory: int = SET_MEMORY) -> None:
        self._patterns = tuple(patterns)
        self._single: tuple[Pattern, ...] | None = None
        self._set: Any = None
        self.fallbacks = 0
        candidate = re2.Set.SearchSet(_options(memory))
        try:
            for pattern in self._patterns:
                candidate.Add(pattern)
            # Added last: its index is the highest.
            self._canary = candidate.Add("")
            candidate.Compile()
        except re2.error:
            # Too large for its memory, or a pattern that RE2 refuses: `singles` names the latter.
            self._canary = -1
            self.singles()
        else:
            self._set = candidate
        self._only = [self._canary]

    @property
    def compiled(self) -> bool:
        """False when RE2 refused the set, whose patterns are then tried one by one."""
        return self._set is not None

    def singles(self) -> tuple[Pattern, ...]:
        """The patterns one by one, compiled when first needed."""
        if self._single is None:
            self._single = tuple(Pattern(pattern) for pattern in self._patterns)
        return self._single

    def hits(self, value: bytes) -> list[int]:
        """Indices of the patterns that occur in `value`, in ascending order."""
        found: list[int] | None = None if self._set is None else self._set.Match(value)
        return [] if found == self._only else self._checked(found, value)

    def found(self, values: Iterable[bytes]) -> Iterator[tuple[int, list[int]]]:
        """Places of the values in which patterns occur, each with their indices as in `hits`."""
        only = self._only
        match = (lambda _: None) if self._set is None else self._set.Match
        for place, value in enumerate(values):
            found: list[int] | None = match(value)
            # Nearly always it is nothing else.
            if found != only and (hits := self._checked(found, value)):
                yield place, hits

    def _checked(self, found: list[int] | None, value: bytes) -> list[int]:
        """What the set found in a value; where it gave up, its patterns are tried one by one."""
        if found is not None and self._canary in found:
            found.sort()
            found.pop()
            return found
        self.fallbacks += 1
        return [index for index, pattern in enumerate(self.singles()) if pattern.hits(value)]
