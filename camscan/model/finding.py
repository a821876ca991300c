"""Something that somebody should act on (the `findings` array of a run)."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """Ordered from `info` to `critical`."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    def reaches(self, other: Severity) -> bool:
        """True when this severity is as high as `other` or higher."""
        order = tuple(Severity)
        return order.index(self) >= order.index(other)


class FindingStatus(StrEnum):
    """Standing of a finding against a baseline and the user's exceptions."""

    NEW = "new"
    KNOWN = "known"
    ACCEPTED = "accepted"
    GONE = "gone"


def finding_id(rule: str, device: str | None, subject: str) -> str:
    """Equal over runs and machines for the same rule, device and subject."""
    text = "\x1f".join((rule, device or "", subject))
    return "f" + hashlib.sha256(text.encode()).hexdigest()[:12]


class Finding(Struct, frozen=True, kw_only=True):
    """One finding; `evidence` holds ids of evidence or conversations."""

    id: str
    rule: str
    severity: Severity
    title: str
    device: str | None
    detail: str
    advice: str
    evidence: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    status: FindingStatus = FindingStatus.NEW
