"""What was looked at, how, and what was not: "not checked, because ..." is a result."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Skip(Struct, frozen=True, kw_only=True):
    """Something that was not checked. `subject` an address, subnet, interface or file."""

    subject: str
    what: str
    reason: str


class MethodStatus(StrEnum):
    """How a discovery method ended."""

    DONE = "done"
    PARTIAL = "partial"
    SKIPPED = "skipped"


class Method(Struct, frozen=True, kw_only=True):
    """One discovery method or source: packets or queries sent, hosts that answered, and why not."""

    name: str
    status: MethodStatus
    sent: int = 0
    answered: int = 0
    reason: str = ""


class SubnetState(StrEnum):
    """`not-reached`: nothing at all answered, which is never the same as "no cameras"."""

    ANSWERED = "answered"
    NOT_REACHED = "not-reached"
    CUT_OFF = "cut-off"
    NOT_SCANNED = "not-scanned"


class Subnet(Struct, frozen=True, kw_only=True):
    """Coverage of one subnet of the scope; `targets` and `answered` count addresses."""

    cidr: str
    site: str | None = None
    targets: int = 0
    answered: int = 0
    state: SubnetState
    reason: str = ""


class Coverage(Struct, frozen=True, kw_only=True):
    """What the run covered: `targets` addresses in scope, `answered` of them."""

    targets: int = 0
    answered: int = 0
    methods: tuple[Method, ...] = ()
    skips: tuple[Skip, ...] = ()
    subnets: tuple[Subnet, ...] = ()
