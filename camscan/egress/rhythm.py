"""How regular the connections of a talk are: a timer calls evenly, a person does not.

The score is the mean of four parts from 0 to 1, as RITA (activecm/rita, analysis/beacons.go)
weighs them: evenness of the intervals, evenness of the sizes, how much of the time it went on,
and how evenly it spread over the hours. Cameras that call their maker's cloud are seldom clean
beacons (0.2 to 0.6 on the intervals were measured), so it is a sign and no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, median, pstdev, quantiles

from msgspec import Struct

from camscan.egress.talk import Talk

FEWEST = 4
_HOURS = 12
_LONG = 6 * 3600.0
_EVEN_SPREAD = 10.0  # below this distance of the quartiles (s or bytes) skew says nothing
_MOST_PER_DAY = 86_400  # beyond that it is a strobe, and intervals say nothing


class Rhythm(Struct, frozen=True, kw_only=True):
    """`score` 0 to 1; `interval` the median in seconds, of `count` connections."""

    score: float
    interval: float
    count: int


def rhythm(talk: Talk, watched: float) -> Rhythm | None:
    """The rhythm of a talk in a reading of `watched` seconds; None for fewer than four starts."""
    starts = sorted(set(talk.starts))
    if len(starts) < FEWEST or talk.count >= _MOST_PER_DAY * max(watched / 86_400, 1.0):
        return None
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    sizes = [float(size) for size in talk.sizes]
    parts = (
        _even(gaps),
        _even(sizes) if len(sizes) >= FEWEST else 0.0,
        _going_on(talk, watched),
        _spread(talk),
    )
    return Rhythm(score=round(fmean(parts), 3), interval=median(gaps), count=talk.count)


def _even(values: Sequence[float]) -> float:
    """1 for equal values: symmetry of the quartiles and nearness to the median."""
    low, middle, high = quantiles(values, n=4, method="inclusive")
    spread = high - low
    skew = 0.0 if spread < _EVEN_SPREAD else (low + high - 2 * middle) / spread
    away = median(abs(value - middle) for value in values)
    near = 1.0 if middle < 1 else max(0.0, (middle - away) / middle)
    return (1 - abs(skew) + near) / 2


def _going_on(talk: Talk, watched: float) -> float:
    """How much of the reading it covers, or how long it went on hour after hour."""
    span = talk.last - talk.first
    if watched <= 0 or span < _LONG:
        return 0.0
    hours = [slot.at for slot in talk.slots]
    longest = run = 1
    for earlier, later in pairwise(hours):
        run = run + 1 if later - earlier == 3600 else 1
        longest = max(longest, run)
    return min(1.0, max(span / watched, longest / _HOURS))


def _spread(talk: Talk) -> float:
    """1 when every hour between the first and the last had as many connections."""
    if not talk.slots:
        return 0.0
    first, last = talk.slots[0].at, talk.slots[-1].at
    hours = (last - first) // 3600 + 1
    if hours < 2:
        return 0.0
    counts = [slot.count for slot in talk.slots] + [0] * (hours - len(talk.slots))
    mean = fmean(counts)
    return max(0.0, 1 - pstdev(counts) / mean) if mean else 0.0
