"""What a device says of itself when its maker's own inquiry asks: `sadp.mac`, `tvt.serial`."""

from __future__ import annotations

from typing import Final, Literal

from camscan.matching.vocabulary import Vocabulary

Told = Literal["mac", "serial", "model", "firmware"]
# A MAC address is a fact of its own; the rest is worth a rule of the maker, and weak without one.
_WORDS: Final[dict[str, tuple[Told, Literal["strong", "weak"]]]] = {
    "mac": ("mac", "strong"),
    "serial": ("serial", "weak"),
    "model": ("model", "weak"),
    "firmware": ("firmware", "weak"),
}


_ENDS = tuple(_WORDS)


def told(field: str, vocabulary: Vocabulary) -> tuple[Told, int] | None:
    """The attribute that a field of a vendor's inquiry states, and its points; else None."""
    if not field.endswith(_ENDS):
        return None
    family, _, name = field.partition(".")
    found = _WORDS.get(name) if family in vocabulary.family else None
    return None if found is None else (found[0], vocabulary.strength.points(found[1]))
