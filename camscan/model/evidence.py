"""One observed fact: the hinge between whatever saw it and whatever judges it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from msgspec import Struct


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
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def id(self) -> str:
        """Stable over runs: derived from everything but the time."""
        text = "\x1f".join(
            (self.target, self.field, self.value, self.method, str(self.port), self.transport)
        )
        return "e" + sha256(text.encode("utf-8", "surrogatepass")).digest()[:6].hex()
