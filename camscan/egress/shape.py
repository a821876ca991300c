"""Reasons from the shape of a talk: answered or not, how much went out, how often it tried."""

from __future__ import annotations

from statistics import median

from camscan.egress.reason import Code, Reason
from camscan.egress.rhythm import rhythm
from camscan.egress.talk import Talk, time_of

_UPLOAD_BYTES = 1_000_000
_UPLOAD_RATIO = 3
_STROBE_PER_SECOND = 1.0
_STROBE_COUNT = 60
_BEACON = 0.7
_BURST_HOURS = 4
_BURST_BYTES = 10_000_000
_BURST_RATIO = 10
_CLEAR = frozenset({21, 23, 80, 554, 8000, 8080, 8086, 8554})


def shape_reasons(talk: Talk, *, both_ways: bool, watched: float = 0.0) -> list[Reason]:
    """What the counters say. `both_ways` False: the sources hold no answers at
    all; `watched` is how long they watched, in seconds."""
    reasons = []
    tries = _times(talk.count)
    if talk.blocked:
        text = f"{talk.blocked} of {tries} stopped by the firewall, says its log"
        reasons.append(Reason(Code.BLOCKED, text))
    elif talk.refused and talk.refused + talk.silent == talk.count:
        text = f"{tries}, refused or blocked on the way: no answer but a refusal"
        reasons.append(Reason(Code.REFUSED, text))
    elif talk.silent == talk.count and talk.peer is not None:
        why = "blocked on the way, or nobody there"
        if not both_ways:
            why = "the sources hold no answers of anybody, so it may have been answered"
        reasons.append(Reason(Code.UNANSWERED, f"{tries}, no answer seen: {why}"))
    elif talk.silent or talk.refused:
        missed = talk.silent + talk.refused
        text = f"{missed} of {talk.count} tries got no answer or a refusal"
        reasons.append(Reason(Code.UNANSWERED, text))
    reasons.extend(_upload(talk))
    span = talk.last - talk.first
    if talk.count >= _STROBE_COUNT and talk.count >= span * _STROBE_PER_SECOND:
        text = f"{talk.count} tries in {max(span, 1):.0f} s"
        reasons.append(Reason(Code.STROBE, text))
    reasons.extend(_beacon(talk, watched))
    reasons.extend(_burst(talk))
    if talk.port in _CLEAR and talk.protocol == "tcp" and (talk.bytes_out or 0) > 0:
        reasons.append(Reason(Code.CLEAR_TEXT, f"tcp/{talk.port} is not encrypted as a rule"))
    if talk.also:
        text = f"also recorded by {', '.join(talk.also)}; counted once"
        reasons.append(Reason(Code.SEEN_ALSO, text))
    return reasons


def _beacon(talk: Talk, watched: float) -> list[Reason]:
    """Connections as regular as a timer's."""
    found = rhythm(talk, watched)
    if found is None or found.score < _BEACON:
        return []
    text = (
        f"{found.count} connections, every {found.interval:.0f} s (median): as regular as a timer"
        f" (score {found.score:.2f} of 1)"
    )
    return [Reason(Code.BEACON, text)]


def _burst(talk: Talk) -> list[Reason]:
    """An hour in which far more went out than in the device's other hours with this peer."""
    sent = [slot.bytes_out for slot in talk.slots if slot.bytes_out is not None]
    if len(sent) < _BURST_HOURS or len(sent) != len(talk.slots):
        return []
    most = max(sent)
    usual = median(sent)
    if most < _BURST_BYTES or most < _BURST_RATIO * max(usual, 1):
        return []
    at = time_of(next(slot.at for slot in talk.slots if slot.bytes_out == most))
    text = (
        f"{most / 1e6:.1f} MB went out in the hour from {at:%Y-%m-%d %H:%M} UTC;"
        f" half of its hours had less than {usual / 1e6:.3f} MB"
    )
    return [Reason(Code.BURST, text)]


def _times(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


def _upload(talk: Talk) -> list[Reason]:
    """More than a megabyte out, and three times what came in."""
    out, back = talk.bytes_out, talk.bytes_in
    if out is None or back is None or out < _UPLOAD_BYTES or out < _UPLOAD_RATIO * back:
        return []
    text = f"{out / 1e6:.1f} MB went out, {back / 1e6:.1f} MB came in"
    return [Reason(Code.UPLOAD, text)]
