"""What all conversations of a run add up to, from one walk through them: outside parties first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from msgspec import Struct

from camscan.inventory.streamed import columns_of
from camscan.model.conversation import Conversation, Verdict

SHOWN = (
    Verdict.UNEXPECTED,
    Verdict.UNKNOWN,
    Verdict.VENDOR_CLOUD,
    Verdict.EXPECTED,
    Verdict.ALLOWED,
)
"""Verdicts with rows of their own; what stays inside is only counted."""

_SHOWN = frozenset(SHOWN)
_NO_TIME = datetime.min.replace(tzinfo=UTC)


class PartySum(Struct, kw_only=True, gc=False):
    """One outside party, port and verdict over all devices. Bytes are None when unknown;
    `reasons` are those of the first of its `talks` conversations. Several hundred thousand of
    these may be held, so `others` is None where there is one device."""

    verdict: Verdict
    name: str
    port: str
    countries: tuple[str, ...]
    organisations: tuple[str, ...]
    device: str
    others: set[str] | None
    talks: int
    connections: int
    bytes_out: int | None
    bytes_in: int | None
    first: datetime
    last: datetime
    reasons: tuple[str, ...]

    @property
    def devices(self) -> int:
        """How many devices were in touch with it."""
        return 1 + len(self.others or ())

    @property
    def country(self) -> str:
        """Every country where one of its addresses is, `?` for unknown."""
        return " ".join(sorted(self.countries))

    @property
    def organisation(self) -> str:
        """Who runs its addresses, the first three names."""
        return " / ".join(sorted(self.organisations)[:3])


class _Seen(Struct, gc=False):
    """The columns of a conversation that tell parties apart, and that every sum has."""

    outside_alone: ClassVar[bool] = True

    device: str | None
    address: str
    peer: str | None
    port: int | None
    protocol: str
    name: str | None
    country: str | None
    bytes_out: int | None
    verdict: Verdict


class _Talk(_Seen, gc=False):
    """And the others that are added up."""

    organisation: str | None
    bytes_in: int | None
    first: datetime
    last: datetime
    count: int
    reasons: tuple[str, ...] = ()


class _Listed(_Seen, gc=False):
    """All of which the rows of a table are made; the others count for nothing."""

    organisation: ClassVar[None] = None
    bytes_in: ClassVar[None] = None
    first: ClassVar[datetime] = _NO_TIME
    last: ClassVar[datetime] = _NO_TIME
    count: ClassVar[int] = 0
    reasons: ClassVar[tuple[str, ...]] = ()


class _Called(Struct, gc=False):
    """Who called, and whether that was expected."""

    outside_alone: ClassVar[bool] = True

    device: str | None
    address: str
    verdict: Verdict


_Row = Conversation | _Talk | _Listed


class Sums(Struct, frozen=True, kw_only=True):
    """`parties` by their first conversation; `inside` counts the verdicts that are not SHOWN;
    `unexpected` has an address for each device (or address) with such a conversation; `more` is
    how many parties were left out."""

    parties: tuple[PartySum, ...]
    more: int = 0
    inside: Counter[Verdict]
    unexpected: dict[str, str]
    conversations: int


def sums_of(conversations: Sequence[Conversation], *, table: bool = False) -> Sums:
    """One walk; none of the conversations is kept. For a `table`, organisations, connections,
    bytes in, times and reasons of a file's conversations need not be read, and are left out."""
    kind: type[_Talk] | type[_Listed] = _Listed if table else _Talk
    found: dict[tuple[str, int | None, str, Verdict], PartySum] = {}
    inside: Counter[Verdict] = Counter()
    unexpected: dict[str, str] = {}
    shared = _Shared()
    number = 0
    for batch in _columns(conversations, kind):
        number += len(batch)
        for talk in batch:
            verdict = talk.verdict
            if verdict not in _SHOWN:
                inside[verdict] += 1
                continue
            who = talk.device or talk.address
            if verdict is Verdict.UNEXPECTED:
                unexpected[who] = talk.address
            name = talk.name or talk.peer or "?"
            key = name, talk.port, talk.protocol, verdict
            party = found.get(key)
            if party is None:
                found[key] = _party(talk, who, name, shared)
            else:
                _add(party, talk, who)
    return Sums(
        parties=tuple(found.values()), inside=inside, unexpected=unexpected, conversations=number
    )


def _columns(
    conversations: Sequence[Conversation], kind: type[_Talk] | type[_Listed]
) -> Iterable[Sequence[_Row]]:
    return columns_of(conversations, kind)


def unexpected_of(conversations: Sequence[Conversation]) -> dict[str, str]:
    """`unexpected` of the sums alone."""
    return {
        talk.device or talk.address: talk.address
        for batch in columns_of(conversations, _Called)
        for talk in batch
        if talk.verdict is Verdict.UNEXPECTED
    }


def port_of(talk: _Row) -> str:
    """`443/tcp`, or the protocol where there are no ports."""
    return f"{talk.port}/{talk.protocol}" if talk.port is not None else talk.protocol


class _Shared:
    """Equal texts are held once: very many parties have the same port, country or reasons."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def text(self, text: str) -> str:
        return self._texts.setdefault(text, text)

    def list(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return self._lists.setdefault(texts, texts)


def _party(talk: _Row, who: str, name: str, shared: _Shared) -> PartySum:
    return PartySum(
        verdict=talk.verdict,
        name=name,
        port=shared.text(port_of(talk)),
        countries=shared.list((talk.country or "?",)),
        organisations=shared.list((talk.organisation,)) if talk.organisation else (),
        device=shared.text(who),
        others=None,
        talks=1,
        connections=talk.count,
        bytes_out=talk.bytes_out,
        bytes_in=talk.bytes_in,
        first=talk.first,
        last=talk.last,
        reasons=shared.list(talk.reasons),
    )


def _add(party: PartySum, talk: _Row, who: str) -> None:
    country = talk.country or "?"
    if country not in party.countries:
        party.countries += (country,)
    if talk.organisation and talk.organisation not in party.organisations:
        party.organisations += (talk.organisation,)
    if who != party.device:
        if party.others is None:
            party.others = set()
        party.others.add(who)
    party.talks += 1
    party.connections += talk.count
    if talk.bytes_out is not None:
        party.bytes_out = talk.bytes_out + (party.bytes_out or 0)
    if talk.bytes_in is not None:
        party.bytes_in = talk.bytes_in + (party.bytes_in or 0)
    if talk.first < party.first:
        party.first = talk.first
    if talk.last > party.last:
        party.last = talk.last
