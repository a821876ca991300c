"""Destinations: names that match, ports that parse, firms that exist, sources of a known kind."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from camscan.matching.checks.source import kind_of, names_no_text
from camscan.matching.destination import Destination
from camscan.matching.egress_file import EgressData
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem

_PORT = re.compile(r"(tcp|udp)/(\d{1,5})(?:-(\d{1,5}))?")
WIDEST = {4: 16, 6: 32}
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def port_problems(ports: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Ports that are not written like tcp/443 or udp/50000-50999."""
    for port in ports:
        found = _PORT.fullmatch(port)
        if found is None or not 0 < int(found[2]) <= int(found[3] or found[2]) < 65_536:
            yield "bad-port", f"`{port}` is not written like tcp/443"


def domain_problems(domains: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Domains that would cover half the Internet, or nothing."""
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            yield "bad-domain", f"`{domain}` is no domain with at least two labels"


def network_problems(networks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Networks that are none, are not public, or hold far more than one firm has."""
    for text in networks:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            yield "bad-network", f"`{text}` is no network like 192.0.2.0/24"
            continue
        widest = WIDEST[network.version]
        if not network.is_global:
            yield "bad-network", f"{text} is not public"
        elif network.prefixlen < widest:
            yield "bad-network", f"{text} is wider than /{widest}"


def source_problems(
    sources: tuple[str, ...], fingerprints: Fingerprints
) -> Iterator[tuple[str, str]]:
    """Sources of a kind that the vocabulary does not have, or that cannot be found again."""
    for source in sources:
        if kind_of(source) not in fingerprints.vocabulary.sources:
            yield "source-kind", f"source {source!r} begins with no kind of the vocabulary"
        if names_no_text(source):
            yield (
                "source-text",
                f"source {source!r} quotes no text in backticks to find it by",
            )


def user_problems(users: tuple[str, ...], fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    """Makers and brands that are named and do not exist."""
    for user in users:
        if not exists(user, fingerprints):
            yield "unknown-maker", f"`{user}` is neither a maker with a file nor a brand"


def exists(name: str, fingerprints: Fingerprints) -> bool:
    """True for a maker with a file of its own and for a brand."""
    maker = fingerprints.makers.get(name)
    return (maker is not None and bool(maker.reviewed)) or name in fingerprints.brands


def _destination(
    entry: Destination, operators: frozenset[str], fingerprints: Fingerprints
) -> Iterator[tuple[str, str]]:
    if entry.maker not in operators:
        yield from user_problems((entry.maker,), fingerprints)
    yield from user_problems(entry.used_by, fingerprints)
    yield from domain_problems(entry.domains)
    yield from network_problems(entry.networks)
    yield from port_problems(entry.ports)
    yield from source_problems(entry.source, fingerprints)
    for name in entry.examples:
        if not entry.covers(name):
            yield "example-missed", f"example {name!r} is below none of the domains"
    for name in entry.not_examples:
        if entry.covers(name):
            yield "not-example-hit", f"counter-example {name!r} is below a domain"


def check(data: EgressData, fingerprints: Fingerprints) -> Iterator[Problem]:
    """All destinations and operators; ids are unique, and a domain is one firm's."""
    operators = frozenset(entry.id for entry in data.operators)
    for operator in data.operators:
        if exists(operator.id, fingerprints):
            yield Problem(
                file=operator.file,
                rule=operator.id,
                code="operator-is-maker",
                message="this operator is a maker or brand: write `maker`",
            )
    seen: set[str] = set()
    owners: dict[str, Destination] = {}
    for entry in data.destinations:
        problems = list(_destination(entry, operators, fingerprints))
        if entry.id in seen:
            problems.append(("duplicate-id", "this id stands twice"))
        seen.add(entry.id)
        for domain in entry.domains:
            first = owners.setdefault(domain, entry)
            if first.maker != entry.maker:
                problems.append(("two-owners", f"`{domain}` is already {first.maker}'s"))
        for code, message in problems:
            yield Problem(file=entry.file, rule=entry.id, code=code, message=message)
