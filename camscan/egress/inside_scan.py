"""A camera that tries many hosts, or many ports of one, inside the network."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.reason import Code, Reason
from camscan.egress.talk import Talk
from camscan.model.conversation import Direction

HOSTS = 12
PORTS = 15
WINDOW = 3600.0
_MULTICAST_DISCOVERY = frozenset({1900, 3702, 5353, 5355, 137, 138})


def inside_scans(talks: Iterable[Talk]) -> dict[str, Reason]:
    """Reasons by the id of each talk that is part of a scan: at least 12 hosts on one port, or 15
    ports of one host, tried within an hour with no answer or a refusal from half of them."""
    by_port: dict[tuple[str, str, int | None], list[Talk]] = {}
    by_host: dict[tuple[str, str], list[Talk]] = {}
    for talk in talks:
        if talk.direction is not Direction.OUT or talk.peer_address is None:
            continue
        if talk.peer_address.is_multicast or talk.port in _MULTICAST_DISCOVERY:
            continue
        who = talk.device.id if talk.device is not None else talk.address
        by_port.setdefault((who, talk.protocol, talk.port), []).append(talk)
        by_host.setdefault((who, str(talk.peer)), []).append(talk)
    found: dict[str, Reason] = {}
    for (_, protocol, port), tried in by_port.items():
        many = _within_an_hour(tried)
        hosts = {talk.peer for talk in many}
        if len(hosts) >= HOSTS and _mostly_in_vain(many):
            what = f"{protocol}/{port}" if port is not None else protocol
            text = f"tried {len(hosts)} hosts inside the network on {what} within an hour"
            found.update((talk.id, Reason(Code.INSIDE_SCAN, text)) for talk in many)
    for (_, host), tried in by_host.items():
        many = _within_an_hour(tried)
        ports = {(talk.protocol, talk.port) for talk in many}
        if len(ports) >= PORTS and _mostly_in_vain(many):
            text = f"tried {len(ports)} ports of {host} inside the network within an hour"
            found.update((talk.id, Reason(Code.INSIDE_SCAN, text)) for talk in many)
    return found


def _within_an_hour(talks: list[Talk]) -> list[Talk]:
    """The most talks that began within one hour of each other."""
    ordered = sorted(talks, key=lambda talk: talk.first)
    best: tuple[int, int] = (0, 0)
    low = 0
    for high, talk in enumerate(ordered):
        while talk.first - ordered[low].first > WINDOW:
            low += 1
        if high + 1 - low > best[1] - best[0]:
            best = (low, high + 1)
    return ordered[best[0] : best[1]]


def _mostly_in_vain(talks: list[Talk]) -> bool:
    vain = sum(talk.silent + talk.refused + talk.blocked >= talk.count for talk in talks)
    return 2 * vain >= len(talks)
