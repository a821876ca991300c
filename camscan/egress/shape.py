"""Reasons from the shape of a talk: answered or not, how much went out, how often it tried."""

from __future__ import annotations

from camscan.egress.reason import Code, Reason
from camscan.egress.talk import Talk

_UPLOAD_BYTES = 1_000_000
_UPLOAD_RATIO = 3
_STROBE_PER_SECOND = 1.0
_STROBE_COUNT = 60


def shape_reasons(talk: Talk, *, both_ways: bool) -> list[Reason]:
    """What the counters say. `both_ways` False: the capture holds no answers at all."""
    reasons = []
    tries = _times(talk.count)
    if talk.refused and talk.refused + talk.silent == talk.count:
        text = f"{tries}, refused or blocked on the way: no answer but a refusal"
        reasons.append(Reason(Code.REFUSED, text))
    elif talk.silent == talk.count and talk.peer is not None:
        why = "blocked on the way, or nobody there"
        if not both_ways:
            why = "the capture holds no answers of anybody, so it may have been answered"
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
    return reasons


def _times(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"


def _upload(talk: Talk) -> list[Reason]:
    """More than a megabyte out, and three times what came in."""
    out, back = talk.bytes_out, talk.bytes_in
    if out is None or back is None or out < _UPLOAD_BYTES or out < _UPLOAD_RATIO * back:
        return []
    text = f"{out / 1e6:.1f} MB went out, {back / 1e6:.1f} MB came in"
    return [Reason(Code.UPLOAD, text)]
