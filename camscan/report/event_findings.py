"""Findings of single devices that belong to an event: many of them are read as one."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.model.finding import Finding

MANY = 12
_EVENT, _SINGLE = "fleet-egress", "unexpected-egress"


def within_events(findings: Iterable[Finding]) -> dict[str, frozenset[str]]:
    """By the id of an event: the ids of the findings all of whose evidence is the event's, where
    there are more than `MANY`."""
    known = tuple(findings)
    singles = [one for one in known if one.rule == _SINGLE]
    found = {}
    for event in known:
        if event.rule == _EVENT:
            whole = frozenset(event.evidence)
            own = frozenset(one.id for one in singles if one.evidence and whole >= {*one.evidence})
            if len(own) > MANY:
                found[event.id] = own
    return found
