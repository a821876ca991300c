"""Public resolvers and clocks: addresses that are public, each with one owner."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from camscan.matching.checks.egress import domain_problems, source_problems, user_problems
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem
from camscan.matching.public_service import PublicService


def _addresses(entry: PublicService) -> Iterator[tuple[str, str]]:
    for text in entry.addresses:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            yield "bad-address", f"`{text}` is no address"
            continue
        if not address.is_global:
            yield "bad-address", f"{text} is not public"
        elif str(address) != text:
            yield "bad-address", f"write {text} as {address}"


def check(services: Iterable[PublicService], fingerprints: Fingerprints) -> Iterator[Problem]:
    """All services; no id, and no address or domain in one role, stands twice."""
    seen: set[str] = set()
    owners: dict[tuple[str, str], str] = {}
    for entry in services:
        problems = [
            *_addresses(entry),
            *domain_problems(entry.domains),
            *user_problems(entry.asked_by, fingerprints),
            *source_problems(entry.source, fingerprints),
        ]
        if entry.id in seen:
            problems.append(("duplicate-id", "this id stands twice"))
        seen.add(entry.id)
        if entry.country not in (None, *fingerprints.vocabulary.countries):
            problems.append(("unknown-country", f"country `{entry.country}` is not known"))
        for key in (*entry.addresses, *entry.domains):
            first = owners.setdefault((entry.role, key), entry.id)
            if first != entry.id:
                problems.append(("two-owners", f"`{key}` is already in {first}"))
        for code, message in problems:
            yield Problem(file=entry.file, rule=entry.id, code=code, message=message)
