"""One connection seen by several sources is counted once; inside one source everything counts.

A tap and a firewall's log of the same hour tell of the same connections. Where both watched the
whole of a talk its counters are the larger ones of the two (two taps that each see one way give
both ways so); where only part of the time is common, hour by hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from camscan.egress.talk import Talk, by_hour, talk_id
from camscan.model.conversation import Direction
from camscan.model.flow import Origin, Slot

_SLACK = 120.0  # seconds: clocks differ, and logs tell of a connection at its end
_CERTAINTY = (Origin.SYN, Origin.RECORDED, Origin.PORTS, Origin.FIRST, Origin.UNKNOWN)
_STATED = ("sni", "quic-sni", "http-host", "http-connect")
_WEAK = frozenset({None, "dns-other"})

Span = tuple[float, float]


def counted_once(talks: Iterable[Talk], spans: Mapping[str, Span]) -> tuple[Talk, ...]:
    """Talks of several sources, those of the same connections joined. `spans`: who watched when."""
    groups: dict[tuple[object, ...], list[Talk]] = {}
    for talk in talks:
        key = (talk.address, talk.device.id if talk.device else None, *_peer_key(talk))
        groups.setdefault(key, []).append(talk)
    found = [one for group in groups.values() for one in _joined(group, spans)]
    return tuple(sorted(found, key=lambda talk: (talk.first, talk.id)))


def _peer_key(talk: Talk) -> tuple[object, ...]:
    if talk.peer is None:
        return (None, talk.name)
    return (talk.peer, talk.port, talk.protocol)


def _joined(group: list[Talk], spans: Mapping[str, Span]) -> list[Talk]:
    if len({talk.recorded_by for talk in group}) == 1:
        return group
    by_source: dict[str, list[Talk]] = {}
    for talk in group:
        by_source.setdefault(talk.recorded_by, []).append(talk)
    sources = sorted(by_source.values(), key=_knowledge, reverse=True)
    kept = list(sources[0])
    for others in sources[1:]:
        for other in others:
            place = _same(other, kept)
            if place is not None:
                kept[place] = _together(kept[place], other, spans)
            elif _watched(other, spans.get(kept[0].recorded_by)):
                kept = [_seen_also(talk, other) for talk in kept]
            else:
                kept.append(other)
    return kept


def _knowledge(talks: list[Talk]) -> tuple[int, int, int, int, int]:
    """How much a source can tell of a peer; the best one leads."""
    return (
        sum(talk.bytes_out is not None and talk.bytes_in is not None for talk in talks),
        sum(talk.packets_out is not None for talk in talks),
        sum(talk.name_source in _STATED for talk in talks),
        sum(talk.direction is not Direction.UNKNOWN for talk in talks),
        sum(talk.count for talk in talks),
    )


def _same(other: Talk, kept: list[Talk]) -> int | None:
    """The place of the talk that `other` is about: of its name, else the only one there is."""
    named = [place for place, talk in enumerate(kept) if talk.name == other.name]
    agreeing = [place for place in named if _agree(kept[place], other)] or named
    if agreeing:
        return agreeing[0]
    if len(kept) == 1 and (other.name_source in _WEAK or kept[0].name_source in _WEAK):
        return 0
    return None


def _agree(one: Talk, other: Talk) -> bool:
    unknown = Direction.UNKNOWN
    return one.direction is other.direction or unknown in (one.direction, other.direction)


def _watched(talk: Talk, span: Span | None) -> bool:
    return span is not None and span[0] - _SLACK <= talk.first and talk.last <= span[1] + _SLACK


def _seen_also(talk: Talk, other: Talk) -> Talk:
    also = tuple(dict.fromkeys((*talk.also, other.recorded_by)))
    return msgspec.structs.replace(talk, also=also, blocked=max(talk.blocked, other.blocked))


def _together(one: Talk, other: Talk, spans: Mapping[str, Span]) -> Talk:
    """Both as one; `one` is of the source that knows more and gives id and names."""
    first, last = min(one.first, other.first), max(one.last, other.last)
    whole = msgspec.structs.replace(one, first=first, last=last)
    slots = by_hour(one.slots, other.slots, _larger)
    if all(_watched(whole, spans.get(talk.recorded_by)) for talk in (one, other)):
        pairs = [
            (one.count, other.count),
            (one.packets_out, other.packets_out),
            (one.packets_in, other.packets_in),
            (one.bytes_out, other.bytes_out),
            (one.bytes_in, other.bytes_in),
        ]
        counters = [_larger(*pair) for pair in pairs]
    else:
        counters = [_total(slots, place) for place in range(1, 6)]
    named = one if one.name is not None else other
    certain = min((one, other), key=lambda talk: _CERTAINTY.index(talk.origin))
    answered = max(one.count - one.silent, other.count - other.silent)
    count = counters[0] or 0
    rhythm = max((one, other), key=lambda talk: len(talk.starts))
    return msgspec.structs.replace(
        whole,
        id=talk_id(
            one.device,
            one.address,
            one.peer,
            one.port,
            one.protocol,
            named.name,
            certain.direction,
        ),
        name=named.name,
        name_source=named.name_source,
        direction=certain.direction,
        origin=certain.origin,
        count=count,
        packets_out=counters[1],
        packets_in=counters[2],
        bytes_out=counters[3],
        bytes_in=counters[4],
        silent=min(max(count - answered, 0), one.silent, other.silent)
        if _knows_answers(one) and _knows_answers(other)
        else (one.silent if _knows_answers(one) else other.silent),
        refused=max(one.refused, other.refused),
        blocked=max(one.blocked, other.blocked),
        answered=one.answered or other.answered,
        library=one.library or other.library,
        slots=slots,
        starts=rhythm.starts,
        sizes=rhythm.sizes,
        also=tuple(dict.fromkeys((*one.also, other.recorded_by))),
    )


def _knows_answers(talk: Talk) -> bool:
    return talk.packets_in is not None


def _larger(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _total(slots: tuple[Slot, ...], place: int) -> int | None:
    values = [msgspec.structs.astuple(slot)[place] for slot in slots]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
