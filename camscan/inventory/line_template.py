"""The JSON line of a device with gaps, for what differs between devices that are judged alike.

Made of one that was judged in full, and filled in for each that is like it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from camscan.model.coverage import Skip
from camscan.model.device import Device

encode = msgspec.json.Encoder().encode
_CLAIMS = ("class", "maker", "brand", "platform", "model", "firmware")
# No byte of UTF-8 (RFC 3629, section 1), so it stands in no JSON.
_EDGE = b"\xff"

_GIVEN = ("id", "addresses", "ports", "evidence")

_Gap = str | int
"""What is filled in: one of _GIVEN, an attribute, or the id of evidence at a place."""


class Filling:
    """A line with its gaps, and where in the values what fills each of them is."""

    __slots__ = ("_parts", "_pick")

    def __init__(self, parts: list[bytes], numbers: Sequence[int]) -> None:
        self._parts = parts
        # Of id, addresses, ports and evidence there is one each, so it gives several at once.
        self._pick = itemgetter(*numbers)

    def line(self, values: Sequence[bytes]) -> bytes:
        """The line of a device of these values, as `LineTemplate.filling` has them."""
        parts = self._parts.copy()
        parts[1::2] = self._pick(values)
        return b"".join(parts)


class LineTemplate:
    """The line of one case. `skips` says what was not concluded of the first device, and why;
    `own` are the attributes that another device of the case has with values of its own."""

    def __init__(
        self, device: Device, skips: tuple[Skip, ...], ids: Sequence[str], own: Iterable[str]
    ) -> None:
        """`ids` are those of the evidence that says something, in order."""
        self.skips = skips
        self.own = tuple(sorted(own))
        gaps: list[_Gap] = []
        # JSON, the number of a gap, JSON, the number of a gap, ..., JSON.
        self._parts = encode(_with_gaps(device, ids, self.own, gaps)).split(_EDGE)
        self._gaps = [gaps[int(number)] for number in self._parts[1::2]]

    def filling(self, places: Sequence[int]) -> Filling:
        """For devices whose evidence that says something is at `places` of all their evidence.

        Values are the id, addresses, ports and evidence of the device and its values of `own`, all
        as JSON; and then the ids of all its evidence as they stand between `"e` and `"`.
        """
        first = [*_GIVEN, *self.own]
        numbers = [
            len(first) + places[gap] if isinstance(gap, int) else first.index(gap)
            for gap in self._gaps
        ]
        return Filling(self._parts, numbers)


def _with_gaps(
    device: Device, ids: Sequence[str], own: Container[str], gaps: list[_Gap]
) -> dict[str, Any]:
    """The device as JSON's types with marks where devices differ, each a number in `gaps`."""
    place_of = {name: place for place, name in enumerate(ids)}

    def mark(what: _Gap) -> msgspec.Raw:
        gaps.append(what)
        form = b'"e%b%d%b"' if isinstance(what, int) else b"%b%d%b"
        return msgspec.Raw(form % (_EDGE, len(gaps) - 1, _EDGE))

    document: dict[str, Any] = msgspec.to_builtins(device)
    for given in _GIVEN:
        document[given] = mark(given)
    for attribute in ("mac", "serial"):
        if document[attribute] is not None and attribute in own:
            document[attribute] = mark(attribute)
    for attribute in _CLAIMS:
        claim = document[attribute]
        if claim is None:
            continue
        if attribute in own:
            claim["value"] = mark(attribute)
        for said in (claim, *claim["rivals"]):
            said["evidence"] = [mark(place_of[name]) for name in said["evidence"]]
    return document
