"""Unexpected talks that were told, watched for what makes them worse: an upload, more severity."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from camscan.egress.analyse import Judged
from camscan.egress.reason import Code, severity_of
from camscan.egress.talk import Talk, merged
from camscan.model.finding import Severity

LOOK_AGAIN = 5.0
"""Seconds between two looks at one talk that goes on."""
_MOST = 1_000


class _Held:
    """What a talk has become since it was told, and what was told of it last."""

    __slots__ = ("is_upload", "looked", "severity", "talk")

    def __init__(self, one: Judged, looked: float) -> None:
        self.talk = one.talk
        self.looked = looked
        self.severity = _severity(one)
        self.is_upload = _is_upload(one)


class Rises:
    """At most a thousand talks; the longest without a word goes. `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._grown: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, one: Judged) -> None:
        """Watch a talk that was judged; what is `high` already cannot become worse."""
        if _severity(one) is Severity.HIGH:
            return
        self._held[one.talk.id] = _Held(one, self._clock())
        if len(self._held) > _MOST:
            gone, _ = self._held.popitem(last=False)
            self._grown.pop(gone, None)

    def add(self, talk: Talk) -> None:
        """More of a talk; one that nobody holds is passed over. With a count of 0 it is more of a
        connection that was counted before."""
        held = self._held.get(talk.id)
        if held is None:
            return
        self._held.move_to_end(talk.id)
        self._grown[talk.id] = None
        answered = held.talk.silent > 0 and not talk.count and bool(talk.packets_in)
        held.talk = merged(held.talk, talk)
        if answered:
            held.talk = msgspec.structs.replace(held.talk, silent=held.talk.silent - 1)

    def due(self) -> list[Talk]:
        """Those that grew and were not looked at for a while, as they are now."""
        now = self._clock()
        due = [who for who in self._grown if now - self._held[who].looked >= LOOK_AGAIN]
        for who in due:
            del self._grown[who]
            self._held[who].looked = now
        return [self._held[who].talk for who in due]

    def risen(self, one: Judged) -> Severity | None:
        """The severity that was told before, when this is worse; it counts as told then."""
        held = self._held[one.talk.id]
        severity, is_upload = _severity(one), _is_upload(one)
        order = tuple(Severity)
        if order.index(severity) <= order.index(held.severity) and is_upload <= held.is_upload:
            return None
        before = held.severity
        held.severity = max(severity, before, key=order.index)
        held.is_upload = held.is_upload or is_upload
        if held.severity is Severity.HIGH:
            del self._held[one.talk.id]
            self._grown.pop(one.talk.id, None)
        return before


def _severity(one: Judged) -> Severity:
    return severity_of(tuple(map(str, one.reasons)))


def _is_upload(one: Judged) -> bool:
    return any(reason.code is Code.UPLOAD for reason in one.reasons)
