"""Claims about a device: each with its band, its evidence and its rivals."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Band(StrEnum):
    """How far a claim may be relied on; reports print the band, never the score."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # that of an enumeration is written in Python, and asked for often

    def reaches(self, other: Band) -> bool:
        """True when this band is as strong as `other` or stronger."""
        return _RANK[self] >= _RANK[other]


_RANK = {Band.UNKNOWN: 0, Band.POSSIBLE: 1, Band.PROBABLE: 2, Band.CONFIRMED: 3}


class DeviceClass(StrEnum):
    """What a device is; only `camera` at probable or above is counted as a camera."""

    CAMERA = "camera"
    RECORDER = "recorder"
    ENCODER = "encoder"
    INTERCOM = "intercom"
    VMS = "vms"
    OTHER = "other"

    __hash__ = str.__hash__


class Rival(Struct, frozen=True, kw_only=True):
    """Another value that the evidence supports."""

    value: str
    band: Band
    evidence: tuple[str, ...] = ()


class Claim(Struct, frozen=True, kw_only=True):
    """One value of one attribute. `evidence` and `rules` are ids; `rules` explains the score."""

    value: str
    band: Band
    evidence: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    rules: tuple[str, ...] = ()


class EntityClaim(Struct, frozen=True, kw_only=True):
    """A maker or brand: `id` of its file, printed `name`, head-office `country` (ISO 3166-1)."""

    id: str
    name: str
    country: str | None
    band: Band
    evidence: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    rules: tuple[str, ...] = ()


class FirmwareClaim(Struct, frozen=True, kw_only=True):
    """Firmware as printed, with the dotted `version` and ISO `build` date its grammar gives."""

    value: str
    version: str | None
    build: str | None
    band: Band
    evidence: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    rules: tuple[str, ...] = ()


class Identity(Struct, frozen=True, kw_only=True):
    """Everything matching concluded about one target; what it could not tell is None."""

    device_class: Claim | None = None
    maker: EntityClaim | None = None
    brand: EntityClaim | None = None
    platform: Claim | None = None
    model: Claim | None = None
    firmware: FirmwareClaim | None = None
    serial: Claim | None = None
    mac: Claim | None = None
