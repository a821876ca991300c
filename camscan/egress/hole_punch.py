"""UDP to several outside hosts at once on one port: how P2P libraries open a way through NAT."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.reason import Code, Reason
from camscan.egress.talk import Talk
from camscan.model.conversation import Direction

PEERS = 3
WINDOW = 2.0  # seconds
_SERVICES = frozenset({53, 123, 443, 853})


def hole_punching(talks: Iterable[Talk]) -> dict[str, Reason]:
    """Reasons by the id of each talk that belongs to such a volley; `talks` go to the outside."""
    volleys: dict[tuple[str, int], list[tuple[float, Talk]]] = {}
    for talk in talks:
        if talk.protocol != "udp" or talk.direction is not Direction.OUT:
            continue
        if talk.port is None or talk.port in _SERVICES:
            continue
        who = talk.device.id if talk.device is not None else talk.address
        starts = talk.starts or (talk.first,)
        volleys.setdefault((who, talk.port), []).extend((start, talk) for start in starts)
    found: dict[str, Reason] = {}
    for (_, port), tries in volleys.items():
        tries.sort(key=lambda each: each[0])
        low = 0
        for high, (at, _talk) in enumerate(tries):
            while at - tries[low][0] > WINDOW:
                low += 1
            volley = [talk for _, talk in tries[low : high + 1]]
            peers = {talk.peer for talk in volley}
            if len(peers) >= PEERS:
                text = f"sent to {len(peers)} outside hosts on udp/{port} within {WINDOW:.0f} s"
                reason = Reason(Code.HOLE_PUNCHING, text)
                found.update((talk.id, reason) for talk in volley)
    return found
