"""Conversations small enough for a page: parties for the page, a few rows for each device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Sized

from msgspec import Struct

from camscan.model.conversation import Conversation, Verdict
from camscan.report.parties import SHOWN, PartySum, Sums

_MOST_PARTIES = 200
_DEVICE_ROWS = 25
_ALL_ROWS = 40_000
_INSIDE = tuple(verdict for verdict in Verdict if verdict not in SHOWN)
_ORDER = {verdict: place for place, verdict in enumerate((*SHOWN, *_INSIDE))}


class Parties(Struct, frozen=True, kw_only=True):
    """`rows` in order of gravity, and what stands in no row."""

    rows: tuple[PartySum, ...]
    tail_parties: int
    tail_conversations: int
    inside: tuple[tuple[str, int], ...]
    conversations: int


def parties(sums: Sums) -> Parties:
    """Outside parties, the gravest verdict first, then by conversations; the rest is only
    counted."""
    order = sorted(
        sums.parties, key=lambda one: (SHOWN.index(one.verdict), -one.talks, one.name, one.port)
    )
    tail = order[_MOST_PARTIES:]
    return Parties(
        rows=tuple(order[:_MOST_PARTIES]),
        tail_parties=len(tail),
        tail_conversations=sum(one.talks for one in tail),
        inside=tuple(sorted(sums.inside.items())),
        conversations=sums.conversations,
    )


class DeviceTalks(Struct, frozen=True, kw_only=True):
    """The first conversations of one device by gravity, and how many more there are."""

    rows: tuple[Conversation, ...]
    more: int


def talks_by_device(conversations: Sequence[Conversation]) -> dict[str, DeviceTalks]:
    """Conversations by device id; fewer a device when there are very many devices."""
    found: dict[str, list[Conversation]] = {}
    seen: Counter[str] = Counter()
    most = _DEVICE_ROWS
    for talk in conversations:
        device = talk.device
        if device is None:
            continue
        seen[device] += 1
        kept = found.get(device)
        if kept is None:
            kept = found[device] = []
            most = _most(found)
        kept.append(talk)
        if len(kept) >= 2 * most:
            _cut(kept, most)
    for kept in found.values():
        _cut(kept, _most(found))
    return {
        device: DeviceTalks(rows=tuple(kept), more=seen[device] - len(kept))
        for device, kept in found.items()
    }


def _most(found: Sized) -> int:
    """How many rows a device has room for: the more devices, the fewer."""
    return max(1, min(_DEVICE_ROWS, _ALL_ROWS // len(found)))


def _cut(talks: list[Conversation], most: int) -> None:
    talks.sort(key=lambda talk: (_ORDER[talk.verdict], talk.first))
    del talks[most:]
