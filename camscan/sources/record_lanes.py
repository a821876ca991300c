"""Where records begin, found in many places of a large piece at once.

From record to record there are only single steps. Here they are taken at the same time from some
hundred places at which a record seems to begin. What is found so is believed only when it is one
chain, so it is what single steps from the first record find.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from camscan.sources.buffer import Memory
from camscan.sources.records import Form, walk

Places = NDArray[np.int64]

_MOST = 256
_FEWEST = 16
_LANE = 1 << 16  # bytes: to find where a lane begins takes as long as some steps
_SMALLEST = _FEWEST * _LANE  # bytes for which lanes pay
_STEPS = 8  # between two looks at how many lanes have not arrived
_MOST_STEPS = 640
_LATE = 8  # lanes that are not waited for


def find_records(data: Memory, position: int, size: int, form: Form) -> tuple[Places, int]:
    """What `walk` finds. AHEAD bytes behind `size` may be read."""
    starts = _starts(data, position, size, form)
    if starts is not None:
        places = _stepped(data, starts, size, form)
        if places is not None:
            following = int(places[-1]) + form.length(data, int(places[-1]))
            if following > size:
                places, following = places[:-1], int(places[-1])
            if _are_possible(data, places, following, form):
                return places, following
    found, following = walk(data, position, size, form)
    return np.array(found, np.int64), following


def _starts(data: Memory, position: int, size: int, form: Form) -> Places | None:
    """Where lanes begin, the first of them at `position`; None when there are too few."""
    if size - position < _SMALLEST:
        return None
    at = form.time_at + (form.order == "<")
    time = data[position + at : position + at + 3]
    lanes = max(_FEWEST, min((size - position) // _LANE, _MOST))
    width = (size - position) // lanes
    starts = [position]
    for begin in range(position + width + at, position + width * (lanes - 1) + at, width):
        found = data.find(time, begin, begin + width)
        if found >= 0:
            starts.append(found - at)
    return np.array(starts, np.int64) if len(starts) >= _FEWEST else None


def _stepped(data: Memory, starts: Places, size: int, form: Form) -> Places | None:
    """Every place on the way from each start to the next one, in order; None when a lane does not
    arrive there."""
    past = size - form.head + 1
    length_of = np.ndarray((past + 1,), "V4", data, form.length_at, (1,))
    kind = f"{form.order}u4"
    goals = np.append(starts[1:], past)
    plus, most = np.full_like(starts, form.plus), np.full_like(starts, past)
    at = starts
    rows = [at]
    while len(rows) < _MOST_STEPS:
        for _ in range(_STEPS):
            following = np.add(at, length_of[at].view(kind))
            following += plus
            at = np.minimum(following, most, out=following)
            rows.append(at)
        late = np.flatnonzero(at < goals)
        if len(late) <= _LATE:
            break
    table = np.array(rows)
    arrived = (table == goals).any(axis=0)
    found = [table[table < goals]]
    for lane in late.tolist():
        goal = int(goals[lane])
        more, following = walk(data, int(at[lane]), size, form, goal)
        arrived[lane] = following == goal or goal == past
        found.append(np.array(more[1:], np.int64))
    if not arrived.all():
        return None
    places = np.concatenate(found)
    places.sort()
    return places


def _are_possible(data: Memory, places: Places, following: int, form: Form) -> bool:
    """Whether all records of a chain, whole as they are, may be what they say."""
    lengths = np.diff(places, append=following) - form.plus
    if not len(lengths) or lengths.max() > form.most or lengths.min() < form.least:
        return False
    if form.whole > 1 and (lengths & (form.whole - 1)).any():
        return False
    if form.kind is None:
        return True
    kinds = np.ndarray((len(data) - 3,), "V4", data, 0, (1,))[places]
    return bool((kinds.view(f"{form.order}u4") == form.kind).all())
