"""MAC addresses and what their prefixes say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from camscan.matching.entity import Oui

_HEX = re.compile(r"[0-9a-f]+")
# As this program and most others write one.
_COLONS = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
# Second digits without the bits for "group" and "locally administered" (IEEE 802-2014, 8.2).
_UNIVERSAL = "048cC"
_SEPARATORS = str.maketrans("", "", ":-. \t\r\n\v\f")


def mac_digits(text: str) -> str | None:
    """The 12 hex digits of a MAC address, or the 6 to 10 of a prefix; None for neither."""
    if _COLONS.fullmatch(text):
        return text.replace(":", "")
    digits = text.translate(_SEPARATORS).lower()
    if (len(digits) == 12 or 6 <= len(digits) <= 10) and _HEX.fullmatch(digits):
        return digits
    return None


def colons(digits: str) -> str:
    """`aa:bb:cc:dd:ee:ff` of 12 digits."""
    return bytes.fromhex(digits).hex(":")


def is_universal(digits: str) -> bool:
    """True when the IEEE assigned the address: not locally administered, not a group."""
    return digits[1] in _UNIVERSAL and digits.strip("0") != ""


class OuiTable:
    """Prefixes of fingerprint data; the longest one that fits decides."""

    def __init__(self, ouis: Iterable[Oui]) -> None:
        self._table: dict[str, Oui] = {}
        for oui in ouis:
            self._table.setdefault(oui.prefix.replace(":", ""), oui)
        self._beginnings = {prefix[:6] for prefix in self._table}
        self._lengths = sorted({len(prefix) for prefix in self._table}, reverse=True)

    def find(self, digits: str) -> Oui | None:
        """The owner of `digits` (of mac_digits); None for nobody, or a local address."""
        # Nearly all addresses are nobody's of ours.
        if digits[:6] not in self._beginnings or not is_universal(digits):
            return None
        for length in self._lengths:
            if len(digits) >= length and (found := self._table.get(digits[:length])):
                return found
        return None
