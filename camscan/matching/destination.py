"""A maker's known destinations on the Internet (fingerprints/egress/)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from camscan.matching.rule import require_proof


class Destination(Struct, frozen=True, kw_only=True):
    """Names that end in one of `domains`; `ports` as `tcp/443` or `udp/50000-50999`, empty: any.

    `networks` are addresses that are called without a name. `maker` is the maker, brand or
    operator who runs it, `used_by` the makers and brands whose devices a source shows to call it
    though another runs it.
    """

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
    used_by: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    def covers(self, name: str) -> bool:
        """True when `name` is one of the domains or lies below one."""
        text = name.rstrip(".").lower()
        return any(text == domain or text.endswith("." + domain) for domain in self.domains)

    def lists(self, protocol: str, port: int | None) -> bool:
        """True when the port is among the listed ones, or none is listed."""
        return not self.ports or any(_within(entry, protocol, port) for entry in self.ports)


class DestinationTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[destination]]` as it is written."""

    id: str
    purpose: Literal["relay", "update", "time", "telemetry", "push", "registration", "p2p", "other"]
    breaks: str
    domains: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    protocol: str = ""
    used_by: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    note: str = ""


def build_destination(table: DestinationTable, *, maker: str, file: str) -> Destination:
    """The destination of a table; DataError without example or source, or without a place.

    A network needs no example: it is one.
    """
    where = f"{file}: destination {table.id}"
    require_proof(where, table.examples if table.domains else table.networks, table.source)
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
        used_by=table.used_by,
        networks=table.networks,
    )


def _within(entry: str, protocol: str, port: int | None) -> bool:
    """Whether a port as it is written means this one; a badly written one means none."""
    if port is None:
        return False
    transport, _, numbers = entry.partition("/")
    first, _, last = numbers.partition("-")
    last = last or first
    if transport != protocol or not (first.isdecimal() and last.isdecimal()):
        return False
    return int(first) <= port <= int(last)
