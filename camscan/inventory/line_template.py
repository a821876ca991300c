"""The JSON line of a device with gaps, for what differs between devices that are judged alike.

Made of one that was judged in full, and filled in for each that is like it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

_Gap = str | tuple[int, ...]
"""What is filled in: one of _GIVEN, an attribute, or ids of evidence at places."""


class LineTemplate:
    """The line of one case. `skips` says what was not concluded of the first device, and why."""

    def __init__(
        self, device: Device, skips: tuple[Skip, ...], ids: Sequence[str], own: Mapping[str, str]
    ) -> None:
        """`ids` are those of the evidence that says something, in order; `own` are the attributes
        that another device of the case has with values of its own."""
        self.skips = skips
        gaps: dict[_Gap, int] = {what: number for number, what in enumerate(_GIVEN)}
        self._own = tuple(sorted(own))
        for attribute in self._own:
            gaps[attribute] = len(gaps)
        # JSON, the number of a gap, JSON, the number of a gap, ..., JSON.
        parts = encode(_with_gaps(device, ids, own, gaps)).split(_EDGE)
        self._places = tuple(gap for gap in gaps if isinstance(gap, tuple))
        self._parts = parts
        # Of id, addresses, ports and evidence there is one each, so it gives several at once.
        self._pick = itemgetter(*map(int, parts[1::2]))

    def fill(
        self,
        given: tuple[bytes, bytes, bytes, bytes],
        own: Mapping[str, str],
        ids: Sequence[bytes],
    ) -> bytes:
        """The line of another device: its id, addresses, ports and evidence, and the `ids` of what
        says something. All but the values of `own` is JSON."""
        values = [*given]
        for attribute in self._own:
            values.append(encode(own[attribute]))
        for places in self._places:
            values.append(b",".join([ids[place] for place in places]))
        parts = self._parts.copy()
        parts[1::2] = self._pick(values)
        return b"".join(parts)


def _with_gaps(
    device: Device, ids: Sequence[str], own: Mapping[str, str], gaps: dict[_Gap, int]
) -> dict[str, Any]:
    """The device as JSON's types with marks where devices differ; `gaps` numbers them."""
    place_of = {name: place for place, name in enumerate(ids)}

    def mark(what: _Gap) -> msgspec.Raw:
        return msgspec.Raw(b"%b%d%b" % (_EDGE, gaps.setdefault(what, len(gaps)), _EDGE))

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
            names = tuple([place_of[name] for name in said["evidence"]])
            said["evidence"] = [mark(names)] if names else []
    return document
