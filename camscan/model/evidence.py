"""One observed fact: the hinge between whatever saw it and whatever judges it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Of what a source saw at a time that it does not tell."""


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """One field of one answer, as seen.

    `target` is the address that answered (or the user's id in `identify`); `field` a name of
    fingerprints/vocabulary.toml; `value` text, decoded with replacement, at most 8 KiB;
    `method` the probe or source (`http`, `rtsp`, `wsd`, `arp`, `identify`, ...); `at` is UTC.
    """

    target: str
    field: str
    value: str
    method: str
    port: int | None = None
    transport: str = "tcp"
    at: datetime = NO_TIME

    @property
    def id(self) -> str:
        """Stable over runs: derived from everything but the time."""
        text = "\x1f".join(
            (self.target, self.field, self.value, self.method, str(self.port), self.transport)
        )
        return "e" + sha256(text.encode("utf-8", "surrogatepass")).digest()[:6].hex()


class Sighting(Struct, frozen=True, eq=False):
    """How a value was seen; the last four of Evidence.

    Compared by identity, which is quick: `sighting` gives one for all that were seen alike.
    """

    method: str
    port: int | None = None
    transport: str = "tcp"
    at: datetime = NO_TIME


_shared = lru_cache(maxsize=4096)(Sighting)


def sighting(
    method: str, port: int | None = None, transport: str = "tcp", at: datetime = NO_TIME
) -> Sighting:
    """The one Sighting of these, while it is among some thousand of late."""
    return _shared(method, port, transport, at)


Record = tuple[str, str, Sighting]
"""Field, value and how it was seen: evidence of a target that is named once for all of them."""


def evidence_of(target: str, records: list[Record]) -> list[Evidence]:
    """The same, each piece with its target."""
    return [
        Evidence(
            target=target,
            field=field,
            value=value,
            method=seen.method,
            port=seen.port,
            transport=seen.transport,
            at=seen.at,
        )
        for field, value, seen in records
    ]


def record_of(evidence: Evidence) -> Record:
    """The same without its target."""
    seen = sighting(evidence.method, evidence.port, evidence.transport, evidence.at)
    return evidence.field, evidence.value, seen
