"""Two makers strong in one field of one port: a honeypot, a proxy or two devices, no answer."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.matching.support import Support
from camscan.matching.vocabulary import Vocabulary


class Conflict(Struct, frozen=True, kw_only=True):
    """The field, the port and the makers that it names at once."""

    field: str
    port: int | None
    makers: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The conflict in words."""
        where = f" of port {self.port}" if self.port is not None else ""
        return f"{self.field}{where} names {' and '.join(self.makers)} at once"


def find_conflict(supports: Iterable[Support], vocabulary: Vocabulary) -> Conflict | None:
    """The first field and port in which strong rules name more than one maker."""
    named: dict[tuple[str, int | None], set[str]] = {}
    for support in supports:
        solid = support.alone and support.points >= vocabulary.strength.strong
        if support.attribute == "maker" and solid:
            for evidence in support.evidence:
                named.setdefault((evidence.field, evidence.port), set()).add(support.value)
    for (field, port), makers in named.items():
        if len(makers) > 1:
            return Conflict(field=field, port=port, makers=tuple(sorted(makers)))
    return None
