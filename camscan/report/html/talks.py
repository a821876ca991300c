"""Conversations small enough for a page: parties for the page, a few rows for each device."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from msgspec import Struct

from camscan.model.conversation import Conversation, Verdict
from camscan.model.run import Run
from camscan.report.conversations import SHOWN

_MOST_PARTIES = 200
_DEVICE_ROWS = 25
_ALL_ROWS = 40_000
_INSIDE = tuple(verdict for verdict in Verdict if verdict not in SHOWN)
_ORDER = {verdict: place for place, verdict in enumerate((*SHOWN, *_INSIDE))}


class Party(Struct, kw_only=True):
    """One outside party, port and verdict over all devices. Bytes are None when unknown;
    `reasons` are those of the first conversation."""

    verdict: Verdict
    name: str
    port: str
    country: str
    organisation: str
    devices: int
    connections: int
    bytes_out: int | None
    bytes_in: int | None
    first: datetime
    last: datetime
    reasons: tuple[str, ...]


class Parties(Struct, frozen=True, kw_only=True):
    """`rows` in order of gravity, and what stands in no row."""

    rows: tuple[Party, ...]
    tail_parties: int
    tail_conversations: int
    inside: tuple[tuple[str, int], ...]
    conversations: int


def parties(run: Run) -> Parties:
    """Outside parties, the gravest verdict first, then by devices; the rest is only counted."""
    found: dict[tuple[str, ...], list[Conversation]] = defaultdict(list)
    inside: Counter[str] = Counter()
    for talk in run.conversations:
        if talk.verdict in SHOWN:
            found[_key(talk)].append(talk)
        else:
            inside[talk.verdict] += 1
    order = sorted(found, key=lambda key: (SHOWN.index(Verdict(key[0])), -len(found[key]), key[1:]))
    tail = order[_MOST_PARTIES:]
    return Parties(
        rows=tuple(_party(key, found[key]) for key in order[:_MOST_PARTIES]),
        tail_parties=len(tail),
        tail_conversations=sum(len(found[key]) for key in tail),
        inside=tuple(sorted(inside.items())),
        conversations=len(run.conversations),
    )


def port_of(talk: Conversation) -> str:
    """`443/tcp`, or the protocol where there are no ports."""
    return f"{talk.port}/{talk.protocol}" if talk.port is not None else talk.protocol


def _key(talk: Conversation) -> tuple[str, ...]:
    return talk.verdict, talk.name or talk.peer or "?", port_of(talk)


def _party(key: tuple[str, ...], talks: list[Conversation]) -> Party:
    return Party(
        verdict=Verdict(key[0]),
        name=key[1],
        port=key[2],
        country=" ".join(sorted({talk.country or "?" for talk in talks})),
        organisation=" / ".join(sorted({t.organisation for t in talks if t.organisation})[:3]),
        devices=len({talk.device or talk.address for talk in talks}),
        connections=sum(talk.count for talk in talks),
        bytes_out=_total([talk.bytes_out for talk in talks]),
        bytes_in=_total([talk.bytes_in for talk in talks]),
        first=min(talk.first for talk in talks),
        last=max(talk.last for talk in talks),
        reasons=talks[0].reasons,
    )


def _total(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


class DeviceTalks(Struct, frozen=True, kw_only=True):
    """The first conversations of one device by gravity, and how many more there are."""

    rows: tuple[Conversation, ...]
    more: int


def talks_by_device(run: Run) -> dict[str, DeviceTalks]:
    """Conversations by device id; fewer a device when there are very many devices."""
    found: dict[str, list[Conversation]] = defaultdict(list)
    for talk in run.conversations:
        if talk.device is not None:
            found[talk.device].append(talk)
    most = max(1, min(_DEVICE_ROWS, _ALL_ROWS // max(1, len(found))))
    result = {}
    for device, talks in found.items():
        talks.sort(key=lambda talk: (_ORDER[talk.verdict], talk.first))
        result[device] = DeviceTalks(rows=tuple(talks[:most]), more=max(0, len(talks) - most))
    return result
