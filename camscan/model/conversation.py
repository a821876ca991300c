"""Judged traffic of one device with one peer (the `conversations` array of a run)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """What a conversation is, by policy, role, vendor data and novelty."""

    ALLOWED = "allowed"
    INFRASTRUCTURE = "infrastructure"
    INTERNAL = "internal"
    VENDOR_CLOUD = "vendor-cloud"
    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"

    __hash__ = str.__hash__  # that of an enumeration is written in Python, and asked for often


class Direction(StrEnum):
    """Seen from the device."""

    OUT = "out"
    IN = "in"
    UNKNOWN = "unknown"


class Conversation(Struct, frozen=True, kw_only=True, gc=False):
    """All flows of one device with one peer, port, protocol and name, with a verdict.

    Counters are None where the source cannot know them. `country` is where the address is,
    `asn` and `organisation` who runs it: two facts from two tables, each None when unknown.
    """

    id: str
    device: str | None
    address: str
    peer: str | None
    port: int | None
    protocol: str
    name: str | None
    name_source: str | None
    country: str | None
    asn: int | None
    organisation: str | None
    direction: Direction
    packets_out: int | None
    packets_in: int | None
    bytes_out: int | None
    bytes_in: int | None
    first: datetime
    last: datetime
    count: int
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    source: str = ""
