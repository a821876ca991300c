"""Destinations: names that match, ports that parse, makers that exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from camscan.matching.destination import Destination
from camscan.matching.problem import Problem

_PORT = re.compile(r"(?:tcp|udp)/\d{1,5}(?:-\d{1,5})?")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def _destination(entry: Destination, makers: frozenset[str]) -> Iterator[tuple[str, str]]:
    if entry.maker not in makers:
        yield "unknown-maker", f"maker `{entry.maker}` has no file in makers/"
    for domain in entry.domains:
        if not _DOMAIN.fullmatch(domain):
            yield "bad-domain", f"`{domain}` is no domain with at least two labels"
    for port in entry.ports:
        if not _PORT.fullmatch(port):
            yield "bad-port", f"`{port}` is not written like tcp/443"
    for name in entry.examples:
        if not entry.covers(name):
            yield "example-missed", f"example {name!r} is below none of the domains"
    for name in entry.not_examples:
        if entry.covers(name):
            yield "not-example-hit", f"counter-example {name!r} is below a domain"


def check(destinations: Iterable[Destination], makers: frozenset[str]) -> Iterator[Problem]:
    """All destinations; ids are unique."""
    seen: set[str] = set()
    for entry in destinations:
        problems = list(_destination(entry, makers))
        if entry.id in seen:
            problems.append(("duplicate-id", "this id stands twice"))
        seen.add(entry.id)
        for code, message in problems:
            yield Problem(file=entry.file, rule=entry.id, code=code, message=message)
