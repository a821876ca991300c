"""Connections that a live capture has just seen begin, as flows: once each, named if possible."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable

import msgspec

from camscan.model.flow import Flow
from camscan.sources.flows.connection import HOOK_QUIC, HOOK_STREAM, Connection
from camscan.sources.flows.name_table import NameTable, Question
from camscan.sources.flows.total import address_text, protocol_name

PATIENCE = 0.8
"""Seconds in which a connection may show its name before it is told without."""
NAMELESS = 0.3
"""The same where no name is looked for: an answer may come in time."""
_NAMES = HOOK_STREAM | HOOK_QUIC
_QUESTION_PATIENCE = 5.0
MOST_WAITING = 10_000
_AGAIN = 5.0  # seconds between two looks at connections that go on
_GROWN = 100_000  # bytes: less of a connection is told with the next such piece


class Fresh:
    """Holds new connections until they show a name or PATIENCE is over; bounded.

    `opened` is where the capture puts them; `beyond` counts those that found no room, by source.
    """

    def __init__(self, recorded_by: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.opened: list[Connection] = []
        self.beyond: Counter[str] = Counter()
        self._recorded_by = recorded_by
        self._clock = clock
        self._waiting: deque[tuple[float, Connection]] = deque()
        self._given: deque[_Given] = deque(maxlen=MOST_WAITING)
        self._looked = clock()

    def flows(self, *, all_of_them: bool = False) -> list[Flow]:
        """Those that are ready."""
        now = self._clock()
        for one in self.opened:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append((now, one))
            else:
                self.beyond[address_text(one.source)] += 1
        self.opened.clear()
        ready = []
        kept: deque[tuple[float, Connection]] = deque()
        for since, one in self._waiting:
            if all_of_them or one.name is not None or now - since >= _patience(one):
                ready.append(flow_of(one, self._recorded_by))
                self._given.append(_Given(one))
            else:
                kept.append((since, one))
        self._waiting = kept
        return ready

    def grown(self) -> list[Flow]:
        """What connections that were given have carried since, where it is much: flows with a
        count of 0."""
        now = self._clock()
        if now - self._looked < _AGAIN:
            return []
        self._looked = now
        more = (given.more(self._recorded_by) for given in self._given)
        return [flow for flow in more if flow is not None]


class _Given:
    """A connection, and its counters when they were told last."""

    __slots__ = ("began", "counters", "one")

    def __init__(self, one: Connection) -> None:
        self.one = one
        self.began = one.first
        self.counters = _counters(one)

    def more(self, recorded_by: str) -> Flow | None:
        """What came since, None when it is little."""
        now, before = _counters(self.one), self.counters
        if self.one.first != self.began:  # it began anew after a pause
            before = (0, 0, 0, 0)
        packets_out, packets_in, bytes_out, bytes_in = (
            new - old for new, old in zip(now, before, strict=True)
        )
        if bytes_out + bytes_in < _GROWN:
            return None
        self.began, self.counters = self.one.first, now
        return msgspec.structs.replace(
            flow_of(self.one, recorded_by),
            count=0,
            packets_out=packets_out,
            packets_in=packets_in,
            bytes_out=bytes_out,
            bytes_in=bytes_in,
            starts=(),
        )


class FreshQuestions:
    """DNS questions that no connection followed within some seconds; each is told once."""

    def __init__(self, names: NameTable, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._names = names
        self._clock = clock
        self._waiting: deque[tuple[float, Question]] = deque()
        self._known = 0

    def restarted(self) -> None:
        """The table has forgotten its questions."""
        self._known = 0

    def look(self) -> tuple[list[Question], list[Question]]:
        """The questions that are new, and those that waited long enough."""
        now = self._clock()
        new = self._names.questions_from(self._known)
        self._known += len(new)
        self._waiting.extend((now, one) for one in new)
        old = []
        while self._waiting and now - self._waiting[0][0] >= _QUESTION_PATIENCE:
            old.append(self._waiting.popleft()[1])
        return new, old


def _patience(one: Connection) -> float:
    looking = any(half is not None and half.hook & _NAMES for half in (one.out, one.back))
    return PATIENCE if looking else NAMELESS


def _counters(one: Connection) -> tuple[int, int, int, int]:
    """Packets out and in, bytes out and in."""
    out, back = one.out, one.back
    return (
        out.packets if out is not None else 0,
        back.packets if back is not None else 0,
        out.bytes if out is not None else 0,
        back.bytes if back is not None else 0,
    )


def flow_of(one: Connection, recorded_by: str) -> Flow:
    """An open connection as far as it has come."""
    out, back = one.out, one.back
    return Flow(
        source=address_text(one.source),
        source_mac=one.mac.hex(":") if one.mac else None,
        peer=address_text(one.peer),
        port=one.port,
        protocol=protocol_name(one.protocol),
        first=one.first,
        last=one.last if out is not None or back is not None else one.first,
        packets_out=out.packets if out is not None else 0,
        packets_in=back.packets if back is not None else 0,
        bytes_out=out.bytes if out is not None else 0,
        bytes_in=back.bytes if back is not None else 0,
        origin=one.origin,
        refused=one.refused,
        name=one.name,
        name_source=one.name_source,
        source_port=one.source_port,
        library=one.library,
        starts=(one.first,),
        recorded_by=recorded_by,
    )
