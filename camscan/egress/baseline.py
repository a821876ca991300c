"""What was learned: the conversations that a user called usual, and how much went out in them.

`egress --learn` adds the calls of a reading to a file beside the journals; later runs judge a
call that it holds `expected`, and one that sends far more than it ever did `unexpected` again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from camscan.egress.reason import Code, Reason
from camscan.egress.talk import Talk, time_of
from camscan.model.conversation import Direction, Verdict

SCHEMA = "camscan.baseline/1"
_MORE = 3.0
_MUCH = 10_000_000
_DAY = 86_400.0
_LEARNED = frozenset({Verdict.UNEXPECTED, Verdict.VENDOR_CLOUD, Verdict.EXPECTED})


class Usual(Struct, frozen=True, kw_only=True):
    """One usual call: `destination` is a name, else an address; `most_out` bytes a day or None."""

    device: str
    destination: str
    protocol: str
    port: int | None
    first: date
    last: date
    most_out: int | None = None


class Baseline(Struct, frozen=True, kw_only=True):
    """Everything that was learned, from `since` on."""

    schema: str = SCHEMA
    since: date | None = None
    calls: tuple[Usual, ...] = ()


Key = tuple[str, str, str, int | None]


class Expectations:
    """A baseline, to be asked."""

    def __init__(self, baseline: Baseline) -> None:
        self._calls: dict[Key, Usual] = {
            (call.device, call.destination, call.protocol, call.port): call
            for call in baseline.calls
        }
        self.since = baseline.since

    def __len__(self) -> int:
        return len(self._calls)

    def judge(self, talk: Talk) -> tuple[Verdict, Reason] | None:
        """`expected`, or `unexpected` when far more went out than before; None: not learned."""
        usual = self._calls.get(key_of(talk))
        if usual is None:
            return None
        sent, most = sent_a_day(talk), usual.most_out
        if sent is not None and most is not None and sent > _MUCH and sent > _MORE * most:
            text = (
                f"{sent / 1e6:.1f} MB went out a day; the baseline knows {most / 1e6:.1f} MB"
                f" ({usual.first} to {usual.last})"
            )
            return Verdict.UNEXPECTED, Reason(Code.MORE_THAN_BEFORE, text)
        text = f"in the baseline: seen from {usual.first} to {usual.last}"
        return Verdict.EXPECTED, Reason(Code.BASELINE, text)

    def novelty(self, talk: Talk) -> list[Reason]:
        """That the call is new, where anything was learned at all."""
        if self.since is None or key_of(talk) in self._calls:
            return []
        return [Reason(Code.NEW, f"not in the baseline, which was learned from {self.since} on")]


def key_of(talk: Talk) -> Key:
    """What is the same call in another run; the device by its id, which comes from its own keys."""
    who = talk.device.id if talk.device is not None else talk.address
    return (who, talk.name or talk.peer or "", talk.protocol, talk.port)


def sent_a_day(talk: Talk) -> int | None:
    """Bytes out a day: the busiest day of the talk; None where the source cannot know."""
    if talk.bytes_out is None:
        return None
    days: dict[int, int] = {}
    for slot in talk.slots:
        if slot.bytes_out is None:
            return talk.bytes_out
        days[int(slot.at // _DAY)] = days.get(int(slot.at // _DAY), 0) + slot.bytes_out
    return max(days.values(), default=talk.bytes_out)


def learned(baseline: Baseline, judged: Iterable[tuple[Talk, Verdict]]) -> Baseline:
    """The baseline with the calls to the outside of a reading added. What your rules allow, what
    is inside and what is infrastructure needs no learning."""
    calls: dict[Key, Usual] = {
        (call.device, call.destination, call.protocol, call.port): call for call in baseline.calls
    }
    since = baseline.since
    for talk, verdict in judged:
        if verdict not in _LEARNED or talk.direction is not Direction.OUT:
            continue
        first, last = time_of(talk.first).date(), time_of(talk.last).date()
        since = first if since is None else min(since, first)
        key = key_of(talk)
        known = calls.get(key)
        sent = sent_a_day(talk)
        if known is not None:
            first, last = min(first, known.first), max(last, known.last)
            sent = max((size for size in (sent, known.most_out) if size is not None), default=None)
        device, destination, protocol, port = key
        calls[key] = Usual(
            device=device,
            destination=destination,
            protocol=protocol,
            port=port,
            first=first,
            last=last,
            most_out=sent,
        )
    return Baseline(since=since, calls=tuple(calls[key] for key in sorted(calls, key=str)))
