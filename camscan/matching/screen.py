"""Which of many texts may hold what is looked for: one walk through all of them.

Nearly every value holds no firm's name and no telling number, and to ask each of them on its own
costs many times what the walk does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from camscan.matching.pattern import SET_MEMORY, VALUE_LIMIT, Pattern, encoded

AT_ONCE: Final = 512
"""Texts that are put together: four megabytes where each is as long as a value may be."""
ANY: Final = ""
"""The pattern that is in every text."""
_LONG_COUNT: Final = 32
_BETWEEN: Final = "\n"
# Assertions; what is not touched: any other escape, and a class of characters.
_TOKEN: Final = re.compile(
    r"(?P<assertion>\\[bBAz]|[\^$])|(?P<quote>\\[QEC])|\{(?P<least>\d+),(?P<most>\d+)\}|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]",
    re.DOTALL,
)


class Screen:
    """Patterns of which none matches a line break: else it is as right, but slow."""

    __slots__ = ("_pattern",)

    def __init__(self, patterns: Iterable[str]) -> None:
        """DataError when RE2 refuses one. Without patterns nothing is found."""
        either = "|".join(f"(?:{each})" for each in patterns) or r"\z."
        self._pattern = Pattern(either, memory=SET_MEMORY, capture=False)

    def holding(self, texts: Sequence[str]) -> list[int]:
        """Places of the texts that may hold a pattern, in order; no other text does.

        A text is looked at as far as VALUE_LIMIT. A boundary of words at its end is one.
        """
        if len(texts) <= AT_ONCE:
            return list(self._holding(texts))
        starts = range(0, len(texts), AT_ONCE)
        return [at + place for at in starts for place in self._holding(texts[at : at + AT_ONCE])]

    def _holding(self, texts: Sequence[str]) -> Iterator[int]:
        texts = [text[:VALUE_LIMIT] for text in texts]
        joined = _BETWEEN.join(texts)
        data = joined.encode("utf-8", "replace")
        place = self._pattern.place(data)
        if place < 0:
            return
        lengths = map(len, texts if joined.isascii() else map(encoded, texts))
        # Where the next text begins.
        ends = list(accumulate([length + len(_BETWEEN) for length in lengths]))
        while place >= 0:
            number = bisect_right(ends, place)
            yield number
            # What is found first begins in the first text that is left: none is passed over.
            place = self._pattern.place(data, ends[number]) if ends[number] <= len(data) else -1


def uncounted(regex: str) -> str:
    """A pattern that is in every text in which `regex` is: what may come often may without end.

    A set of patterns grows with each `.{0,200}`, by all of its two hundred places.
    """
    kept = []
    end = 0
    for found in _TOKEN.finditer(regex):
        if found["quote"]:
            return regex
        if found["most"] and int(found["most"]) >= _LONG_COUNT:
            kept += [regex[end : found.start()], f"{{{found['least']},}}"]
            end = found.end()
    return "".join([*kept, regex[end:]])


def same_up_to(regex: str) -> int:
    """The length of text up to which `uncounted(regex)` finds what `regex` does: none of its long
    counts of a character is reached there. 0: in doubt, or it has none."""
    most = []
    for found in _TOKEN.finditer(regex):
        if found["quote"]:
            return 0
        if found["most"] and int(found["most"]) >= _LONG_COUNT:
            if regex[: found.start()].endswith(")"):
                return 0
            most.append(int(found["most"]))
    return min(most, default=0)


def loosened(regex: str) -> str:
    """A pattern that is in every text in which `regex` finds a part: without its assertions.

    So what is looked for in a word may be looked for in the text around. ANY in doubt.
    """
    kept = []
    end = 0
    for found in _TOKEN.finditer(regex):
        if found["quote"]:
            return ANY
        if found["assertion"]:
            # Nothing, but something that may be repeated.
            kept += [regex[end : found.start()], "(?:)"]
            end = found.end()
    return "".join([*kept, regex[end:]])
