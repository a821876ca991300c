"""What became of one remote query: a remote fault is a value, never an exception."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The end of one exchange with a remote host."""

    OK = "ok"
    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    AUTH_REQUIRED = "auth-required"
    OUT_OF_SCOPE = "out-of-scope"
    NOT_TRIED = "not-tried"
