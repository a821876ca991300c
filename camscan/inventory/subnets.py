"""Coverage per subnet: how many answered, and which subnets nothing came from."""

from __future__ import annotations

import ipaddress
from bisect import bisect_left, bisect_right
from collections.abc import Collection

from camscan.model.coverage import Subnet, SubnetState
from camscan.scope import Network, Scope, SpanSet


def coverage_subnets(
    scope: Scope,
    answered: Collection[str],
    *,
    cut_off: Collection[str] = (),
    swept_until: int | None = None,
) -> tuple[Subnet, ...]:
    """One row per subnet of the scope.

    `cut_off` holds CIDRs that were stopped; `swept_until` is the first index of the scope's
    order that the sweep did not reach (None: it reached all), so a subnet behind it is
    `not-scanned`, which is not the same as `not-reached`.
    """
    order = sorted(_key(address) for address in answered)
    rows = []
    for subnet in scope.subnets:
        network = ipaddress.ip_network(subnet.cidr)
        low = (network.version, int(network.network_address))
        high = (network.version, int(network.broadcast_address))
        hits = bisect_right(order, high) - bisect_left(order, low)
        held = scope.v4 if network.version == 4 else scope.v6
        state, reason = _state(scope, network, hits, cut_off, swept_until)
        rows.append(
            Subnet(
                cidr=subnet.cidr,
                site=subnet.site,
                targets=_overlap(held, low[1], high[1]),
                answered=hits,
                state=state,
                reason=reason,
            )
        )
    return tuple(rows)


def _key(address: str) -> tuple[int, int]:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return parsed.version, int(parsed)


def _state(
    scope: Scope,
    network: Network,
    hits: int,
    cut_off: Collection[str],
    swept_until: int | None,
) -> tuple[SubnetState, str]:
    if str(network) in cut_off:
        return SubnetState.CUT_OFF, "hosts that had answered fell silent together"
    if hits:
        return SubnetState.ANSWERED, ""
    if swept_until is not None and _index(scope.v4, network) >= swept_until:
        return SubnetState.NOT_SCANNED, "the run ended before it"
    return SubnetState.NOT_REACHED, "nothing at all answered: a firewall, no route, or nobody home"


def _index(held: SpanSet, network: Network) -> int:
    """The index of the network's first address in the order of the sweep (IPv4 comes first)."""
    if network.version != 4:
        return 1 << 128
    first = int(network.network_address)
    return sum(
        min(span.size, max(0, first - span.first)) for span in held.spans if span.first < first
    )


def _overlap(held: SpanSet, low: int, high: int) -> int:
    spans = held.spans
    start = max(0, bisect_right(spans, low, key=lambda span: span.first) - 1)
    total = 0
    for span in spans[start:]:
        if span.first > high:
            break
        total += max(0, min(span.last, high) - max(span.first, low) + 1)
    return total
