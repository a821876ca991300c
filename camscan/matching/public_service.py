"""Public name servers and clocks that firmware has written in (fingerprints/egress/)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from camscan.matching.rule import require_proof

Role = Literal["resolver", "clock"]


class PublicService(Struct, frozen=True, kw_only=True):
    """A resolver or clock for everybody, by address or by name.

    `asked_by` are the makers and brands whose firmware a source shows to ask it unasked.
    """

    id: str
    role: Role
    name: str
    country: str | None
    addresses: tuple[str, ...]
    domains: tuple[str, ...]
    asked_by: tuple[str, ...]
    source: tuple[str, ...]
    note: str
    file: str

    def covers(self, name: str) -> bool:
        """True when `name` is one of the domains or lies below one."""
        text = name.rstrip(".").lower()
        return any(text == domain or text.endswith("." + domain) for domain in self.domains)


class ServiceTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[service]]` as it is written; `country` is that of who runs it."""

    id: str
    role: Role
    name: str
    country: str | None = None
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


def build_service(table: ServiceTable, *, file: str) -> PublicService:
    """The service of a table; DataError without address or name, or without a source."""
    known = (*table.addresses, *table.domains)
    require_proof(f"{file}: service {table.id}", known, table.source)
    return PublicService(
        id=table.id,
        role=table.role,
        name=table.name,
        country=table.country,
        addresses=table.addresses,
        domains=tuple(domain.lower().strip(".") for domain in table.domains),
        asked_by=table.asked_by,
        source=table.source,
        note=table.note,
        file=file,
    )
