"""What every decoder returns: a status and (field, value) pairs for the matcher."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.model.status import Status

VALUE_LIMIT = 8192
FIELD_LIMIT = 512


class Decoded(Struct, frozen=True, kw_only=True):
    """`fields` are (name of the vocabulary, text of at most 8 KiB), in order, without repeats.

    `OK`: read; `AUTH_REQUIRED`: read, and the device wants a login; `MALFORMED`: not this
    protocol, or too broken (fields may still hold what could be saved).
    """

    status: Status
    fields: tuple[tuple[str, str], ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        """All values of `field`, in order."""
        return tuple(value for name, value in self.fields if name == field)


def clean(value: str) -> str:
    """Text fit for evidence: no NUL or lone surrogates, trimmed, at most 8 KiB of UTF-8."""
    text = value.replace("\x00", "").encode("utf-8", "replace")
    return text[:VALUE_LIMIT].decode("utf-8", "ignore").strip()


def pairs(items: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """Cleaned fields: empty values and repeats dropped, at most 512 of them."""
    seen: dict[tuple[str, str], None] = {}
    for field, value in items:
        if value is None:
            continue
        text = clean(value)
        if text:
            seen.setdefault((field, text))
        if len(seen) >= FIELD_LIMIT:
            break
    return tuple(seen)


def malformed() -> Decoded:
    """Nothing could be read."""
    return Decoded(status=Status.MALFORMED)


class Malformed(Struct, frozen=True):
    """What a parser returns for bytes it cannot read: a value, never an exception."""

    reason: str
