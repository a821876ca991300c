"""One time that camscan touched an address."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Contact(Struct, frozen=True, kw_only=True):
    """When (UTC), where, and by which query (`tcp connect`, `http GET /`)."""

    at: datetime
    address: str
    port: int
    transport: str
    query: str
