"""P2P libraries: every example against the signatures of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from camscan.matching.checks.egress import port_problems, source_problems, user_problems
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.first_bytes import FirstBytes
from camscan.matching.library import Library, Payload
from camscan.matching.problem import Problem

ANYWHERE = 24
"""Bits that a signature must fix before it may speak on every port: one chance in 16 million."""


def _library(entry: Library, everything: FirstBytes) -> Iterator[tuple[str, str]]:
    if not entry.first:
        yield "no-signature", "no `first`: without bytes a port is no more than a hint"
    for signature in entry.first:
        if signature.anywhere and signature.bits < ANYWHERE:
            yield (
                "weak-signature",
                f"{signature.bits} bits on any port; at least {ANYWHERE}, or leave out `anywhere`",
            )
        if not signature.anywhere and not any(
            port.startswith(f"{signature.transport}/") for port in entry.ports
        ):
            yield "no-port", f"a {signature.transport} signature has neither port nor `anywhere`"
    own = FirstBytes([entry])
    for example in entry.examples:
        where = f"example {example.head} on {example.transport}/{example.port}"
        asked = _asked(example)
        if own.find(*asked) is None:
            yield "example-missed", f"{where} does not match"
        elif (found := everything.find(*asked)) != entry.id:
            yield "collision", f"{where} is taken for {found}"
    for example in entry.not_examples:
        if own.find(*_asked(example)) is not None:
            yield "not-example-hit", f"counter-example {example.head} matches"


def _asked(example: Payload) -> tuple[str, int, bytes, int | None]:
    return example.transport, example.port, bytes.fromhex(example.head), example.size


def check(libraries: Iterable[Library], fingerprints: Fingerprints) -> Iterator[Problem]:
    """All libraries; ids are unique."""
    entries = tuple(libraries)
    everything = FirstBytes(entries)
    seen: set[str] = set()
    for entry in entries:
        problems = [
            *port_problems(entry.ports),
            *user_problems(entry.used_by, fingerprints),
            *source_problems(entry.source, fingerprints),
            *_library(entry, everything),
        ]
        if entry.id in seen:
            problems.append(("duplicate-id", "this id stands twice"))
        seen.add(entry.id)
        for code, message in problems:
            yield Problem(file=entry.file, rule=entry.id, code=code, message=message)
