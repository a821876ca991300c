"""Names of firms: long enough to be found in a text, each of one; the class of all it makes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from camscan.matching.entity import Entity
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.names import key
from camscan.matching.problem import Problem

SHORTEST = 3


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """`names`, `names_alone` and `only` of every firm."""
    seen: dict[str, Entity] = {}
    for firm in [*fingerprints.makers.values(), *fingerprints.brands.values()]:
        fault = partial(Problem, file=firm.file, rule="")
        if firm.only is not None and firm.only not in fingerprints.vocabulary.classes:
            yield fault(code="unknown-class", message=f"`only` is {firm.only}, which is no class")
        for name in (*firm.names, *firm.names_alone):
            first = seen.setdefault(key(name), firm)
            if first is not firm:
                yield fault(code="duplicate-name", message=f"{name} is a name of {first.id} too")
        for name in firm.names:
            if len(key(name)) < SHORTEST:
                message = f"{name} is too short to mean a firm in any text: use names_alone"
                yield fault(code="short-name", message=message)
            if key(name) in map(key, firm.names_alone):
                message = f"{name} stands in names and in names_alone"
                yield fault(code="duplicate-name", message=message)
