"""What speaks for one value of one attribute, and what was decided from it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from camscan.model.evidence import Evidence
from camscan.model.identity import Band


class Origin(StrEnum):
    """Where a support comes from."""

    MAKER = "makers"
    BRAND = "brands"
    PLATFORM = "platforms"
    SOFTWARE = "software"
    OUI = "oui"
    NAME = "name"
    RELATION = "relation"
    GRAMMAR = "grammar"
    DIRECT = "direct"


class Support(Struct, frozen=True, kw_only=True):
    """One rule (or prefix, relation, grammar) that says `attribute` is `value`.

    `key` is what is compared; `maker` the maker whose rule it is, None for a neutral one.
    """

    attribute: str
    value: str
    key: str
    points: int
    group: str
    rule: str
    origin: Origin
    evidence: tuple[Evidence, ...]
    source: tuple[str, ...] = ()
    maker: str | None = None
    alone: bool = True


class Ranked(Struct, frozen=True, kw_only=True):
    """One value with its points: the best support of each group, added up."""

    key: str
    value: str
    points: int
    counted: tuple[Support, ...]
    idle: tuple[Support, ...] = ()

    @property
    def supports(self) -> tuple[Support, ...]:
        """Everything that speaks for the value, counted first."""
        return (*self.counted, *self.idle)


class Dropped(Struct, frozen=True, kw_only=True):
    """A support that was set aside, and why."""

    support: Support
    reason: str


class Decision(Struct, frozen=True, kw_only=True):
    """The outcome for one attribute. `leader` None: nothing, or nothing that may be said."""

    attribute: str
    leader: Ranked | None
    band: Band
    rivals: tuple[Ranked, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    why: str = ""

    @property
    def value(self) -> str | None:
        """The value that was decided on, if any."""
        return self.leader.value if self.leader else None

    @property
    def key(self) -> str | None:
        """What the value is compared by."""
        return self.leader.key if self.leader else None
