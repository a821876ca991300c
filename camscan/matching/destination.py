"""A maker's known destinations on the Internet (fingerprints/egress/)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from camscan.matching.rule import require_proof


class Destination(Struct, frozen=True, kw_only=True):
    """Names that end in one of `domains`; `ports` as `tcp/443`, empty: any port."""

    id: str
    maker: str
    domains: tuple[str, ...]
    ports: tuple[str, ...]
    protocol: str
    purpose: str
    breaks: str
    source: tuple[str, ...]
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    note: str
    file: str

    def covers(self, name: str) -> bool:
        """True when `name` is one of the domains or lies below one."""
        text = name.rstrip(".").lower()
        return any(text == domain or text.endswith("." + domain) for domain in self.domains)


class DestinationTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[destination]]` as it is written."""

    id: str
    domains: tuple[str, ...]
    purpose: Literal["relay", "update", "time", "telemetry", "push", "registration", "p2p", "other"]
    breaks: str
    ports: tuple[str, ...] = ()
    protocol: str = ""
    source: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    note: str = ""


class EgressHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[egress]` as it is written."""

    maker: str
    reviewed: date
    sources: tuple[str, ...] = ()
    note: str = ""


class EgressFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of egress/ as it is written."""

    egress: EgressHead
    destination: tuple[DestinationTable, ...] = ()


def build_destination(table: DestinationTable, *, maker: str, file: str) -> Destination:
    """The destination of a table; DataError without example or source."""
    require_proof(f"{file}: destination {table.id}", table.examples, table.source)
    return Destination(
        id=table.id,
        maker=maker,
        domains=tuple(domain.lower().strip(".") for domain in table.domains),
        ports=table.ports,
        protocol=table.protocol,
        purpose=table.purpose,
        breaks=table.breaks,
        source=table.source,
        examples=table.examples,
        not_examples=table.not_examples,
        note=table.note,
        file=file,
    )
