"""UDP to several outside hosts at once on one port: how P2P libraries open a way through NAT."""

from __future__ import annotations

from collections import Counter
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
        _mark(port, tries, found)
    return found


def _mark(port: int, tries: list[tuple[float, Talk]], found: dict[str, Reason]) -> None:
    """Give each try the reason of the last volley that it is in; each is looked at twice."""
    peers: Counter[str | None] = Counter()
    low = 0
    newest = -1  # the last try of the last volley so far
    reason = Reason(Code.HOLE_PUNCHING, "")

    def leave(until: float) -> int:
        place = low
        while place < len(tries) and until - tries[place][0] > WINDOW:
            talk = tries[place][1]
            if newest >= place:
                found[talk.id] = reason
            peers[talk.peer] -= 1
            if not peers[talk.peer]:
                del peers[talk.peer]
            place += 1
        return place

    for high, (at, talk) in enumerate(tries):
        low = leave(at)
        peers[talk.peer] += 1
        if len(peers) >= PEERS:
            text = f"sent to {len(peers)} outside hosts on udp/{port} within {WINDOW:.0f} s"
            newest, reason = high, Reason(Code.HOLE_PUNCHING, text)
    leave(float("inf"))
