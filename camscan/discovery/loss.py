"""How much of a sweep was lost, from what answered only when it was asked again. Pure."""

from __future__ import annotations

from msgspec import Struct

_ENOUGH = 30
_SHOWS = 0.01
_FEW, _MANY = 0.03, 0.10

MOST_PASSES = 3
"""How many more times every silent pair is asked at most, however much is lost."""


class Loss(Struct):
    """Counts of (address, port) pairs. Hosts that answered somewhere are asked again where they
    were silent: what answers then (`late`) was lost the first time, beside `first` that was not.

    The sample at the end: of `known` pairs that had answered `lost` did not answer again, of
    `silent` pairs `found` did.
    """

    first: int = 0
    late: int = 0
    known: int = 0
    lost: int = 0
    silent: int = 0
    found: int = 0

    @property
    def share(self) -> float:
        """Estimated share of SYNs or answers that were lost at the first attempt."""
        total = self.first + self.late
        return self.late / total if total else 0.0

    @property
    def shows(self) -> bool:
        """True when loss is no accident any more: the rate falls."""
        return self.first + self.late >= _ENOUGH and self.share >= _SHOWS

    @property
    def sample_shows(self) -> bool:
        """True when the sample contradicts a sweep that had seen no loss."""
        return self.found > 0 or (self.known >= _ENOUGH and self.lost / self.known >= _SHOWS)

    def passes(self) -> int:
        """How many more times every silent pair is to be asked: none while nothing was lost."""
        if not self.late:
            return 0
        if self.share < _FEW:
            return 1
        return 2 if self.share < _MANY else MOST_PASSES

    def describe(self) -> str:
        """The estimate with its numbers, for the report."""
        total = self.first + self.late
        parts = [f"loss at the first attempt {self.share:.1%} ({self.late} of {total} answers)"]
        if self.known:
            parts.append(f"{self.lost} of {self.known} answering ports silent when asked again")
        if self.silent:
            parts.append(f"{self.found} of {self.silent} silent ports answered when asked again")
        return "; ".join(parts)
