"""The other sides of conversations, numbered: what a redacted report calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from msgspec import Struct

from camscan.inventory.streamed import columns_of
from camscan.model.conversation import Conversation, Verdict
from camscan.report.scrub import unusual

INSIDE = frozenset({Verdict.INTERNAL, Verdict.INFRASTRUCTURE})
"""Verdicts of what stays inside the network."""


class _PeerRow(Struct, gc=False):
    """What a peer is numbered by."""

    peer: str | None
    verdict: Verdict


class Peers(Struct, frozen=True):
    """The other sides in the order of their first conversations, True of those inside by its
    verdict; `sizes` tells how many conversations each batch has."""

    names: list[str]
    inside: list[bool]
    sizes: list[int]


def peers_of(conversations: Sequence[Conversation]) -> Peers:
    """All of them, of whom there may be a million."""
    first: dict[str | None, Verdict] = {}
    note = first.setdefault
    sizes = []
    for batch in columns_of(conversations, _PeerRow):
        sizes.append(len(batch))
        for talk in batch:
            note(talk.peer, talk.verdict)
    first.pop(None, None)
    return Peers(
        names=cast("list[str]", list(first)),
        inside=[verdict in INSIDE for verdict in first.values()],
        sizes=sizes,
    )


class PeerLabels:
    """A label for each other side: a device's own, else numbered in the order of conversations,
    inside or outside as the first verdict says.

    There may be a million, so that a label is made when it is asked for; below zero is inside.
    """

    def __init__(self, known: Peers, devices: Mapping[str, str]) -> None:
        self.sizes = known.sizes
        self.unusual = unusual(known.names)
        self._known: dict[str | None, str | int] = {
            name: -number if inside else number
            for number, (name, inside) in enumerate(
                zip(known.names, known.inside, strict=True), start=1
            )
        }
        self._known.update(devices)

    def label(self, address: str) -> str | None:
        """None for what is neither a device's address nor a peer."""
        return self.labels((address,))[0]

    def labels(self, addresses: Iterable[str | None]) -> list[str | None]:
        """The same of each, None included; many are quicker together."""
        return [
            (f"outside-{found}" if found > 0 else f"inside-{-found}")
            if isinstance(found, int)
            else found
            for found in map(self._known.get, addresses)
        ]
