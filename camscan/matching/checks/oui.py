"""MAC prefixes: well formed, universally administered, each with one owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from camscan.matching.entity import Oui
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.problem import Problem

_PREFIX = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){2}(?::[0-9a-f]{1,2}){0,2}")


def check(fingerprints: Fingerprints) -> Iterator[Problem]:
    """Every `[[oui]]`."""
    seen: dict[str, Oui] = {}
    for oui in fingerprints.ouis:
        fault = partial(Problem, file=oui.file, rule=oui.id)
        if not _PREFIX.fullmatch(oui.prefix):
            yield fault(code="bad-prefix", message=f"`{oui.prefix}` is no prefix like c4:2f:90")
        elif int(oui.prefix[1], 16) & 0b0011:
            yield fault(
                code="bad-prefix",
                message=f"`{oui.prefix}` is locally administered or a group: it names nobody",
            )
        if oui.brand is not None and fingerprints.entity(oui.brand) is None:
            yield fault(code="unknown-brand", message=f"brand `{oui.brand}` is defined nowhere")
        first = seen.setdefault(oui.prefix, oui)
        if first is not oui and (first.owner, first.maker, first.brand) != (
            oui.owner,
            oui.maker,
            oui.brand,
        ):
            yield fault(code="duplicate-oui", message=f"{oui.prefix} is already in {first.file}")
        elif first is not oui:
            yield fault(
                code="duplicate-oui",
                message=f"{oui.prefix} stands twice ({first.file})",
                level="warning",
            )
