"""The words of fingerprints/vocabulary.toml: fields, classes, points, bands, placeholders."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from camscan.model.identity import Band


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One evidence field; see the comments of vocabulary.toml."""

    group: str
    about: str
    editable: bool = False
    editable_prefixes: tuple[str, ...] = ()
    percent: bool = False


class Strength(Struct, frozen=True, forbid_unknown_fields=True):
    """Points of the three strengths."""

    strong: int
    medium: int
    weak: int

    def points(self, name: str) -> int:
        """Points of `strong`, `medium` or `weak`."""
        return {"strong": self.strong, "medium": self.medium, "weak": self.weak}[name]


class BandFloor(Struct, frozen=True, forbid_unknown_fields=True):
    """Least points of each band."""

    confirmed: int
    probable: int
    possible: int


class Limit(Struct, frozen=True, forbid_unknown_fields=True):
    """Points that an editable field may have, and how near a rival counts."""

    editable: int
    margin: int
    rival: int


class Vocabulary(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    version: str
    reviewed: date
    classes: tuple[str, ...]
    countries: frozenset[str]
    sources: frozenset[str]
    strength: Strength
    band: BandFloor
    limit: Limit
    placeholder: dict[str, frozenset[str]]
    field: dict[str, Field]
    family: dict[str, str]

    def knows(self, field: str) -> bool:
        """True for a listed field and for any field of a vendor's inquiry (`sadp.model`)."""
        return field in self.field or field.partition(".")[0] in self.family

    def group(self, field: str) -> str:
        """The independence group of `field`; an unlisted field stands for its family."""
        found = self.field.get(field)
        return found.group if found else field.partition(".")[0]

    def is_editable(self, field: str, value: str) -> bool:
        """True when the owner of a device can type this value."""
        found = self.field.get(field)
        if found is None:
            return False
        if found.editable or not found.editable_prefixes:
            return found.editable
        return value.lower().startswith(found.editable_prefixes)

    def is_percent(self, field: str) -> bool:
        """True when captures from `field` are percent-decoded."""
        found = self.field.get(field)
        return found is not None and found.percent

    def is_placeholder(self, attribute: str, value: str) -> bool:
        """True for what firmware says when nobody filled in `attribute`."""
        text = value.strip().casefold()
        if len(text) < 2 or text.count(text[0]) == len(text):
            return True
        return text in self.placeholder.get(attribute, frozenset())

    def band_of(self, points: int) -> Band:
        """The band that `points` reach."""
        if points >= self.band.confirmed:
            return Band.CONFIRMED
        if points >= self.band.probable:
            return Band.PROBABLE
        if points >= self.band.possible:
            return Band.POSSIBLE
        return Band.UNKNOWN
