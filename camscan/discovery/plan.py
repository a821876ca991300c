"""What a scan would send, counted without sending anything: `scan --plan`."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.discovery.choose_sweep import raw_lanes
from camscan.discovery.link_inquiry import SENDS, Shot, shots
from camscan.discovery.multicast_link import Link, multicast_links
from camscan.discovery.registry import LINK_INQUIRIES, UNICAST_INQUIRIES, groups
from camscan.discovery.subnet_watch import WITNESSES
from camscan.discovery.tcp_connect import SHARE
from camscan.net.limits import SYN_SECONDS
from camscan.protocols.never import NEVER_PORTS
from camscan.protocols.query import Query
from camscan.scope import ENUMERABLE_V6, Span, SpanSet

if TYPE_CHECKING:
    from camscan.net.interface import Interface
    from camscan.net.profile import Profile
    from camscan.scope import Scope

_LOOPBACK = SpanSet.of([Span(0x7F000000, 0x7FFFFFFF)])


class PlanInterface(Struct, frozen=True, kw_only=True):
    """One interface and whether a multicast leaves by it; `reason` says why not."""

    name: str
    addresses: tuple[str, ...]
    groups: tuple[str, ...] = ()
    used: bool = False
    reason: str = ""


class PlanPayload(Struct, frozen=True, kw_only=True):
    """One kind of packet: its UDP payload's length (0 for a TCP SYN) and how many leave."""

    method: str
    name: str
    transport: str
    port: int | None
    destination: str
    size: int
    packets: int


class Plan(Struct, frozen=True, kw_only=True):
    """Counts are exact for what does not depend on answers. On top come `each_host` for hosts
    found where no multicast reaches, their probes, and what `sweep_note` says is asked again.
    `sweep` is tcp-syn or tcp-connect. `syns_at_most` is the sweep's bound with everything that may
    be asked again; `mac_questions_at_most` that of ARP and neighbour solicitations of our own
    (those of the operating system not counted). `seconds` follows from the profile's rates where
    nothing is lost, probes not included."""

    addresses: int
    on_link: int
    ports: tuple[int, ...]
    interfaces: tuple[PlanInterface, ...]
    payloads: tuple[PlanPayload, ...]
    each_host: tuple[PlanPayload, ...]
    sweep: str
    sweep_note: str
    tcp_connections: int
    syns_at_most: int
    mac_questions_at_most: int
    udp_packets: int
    seconds: float


def estimate(
    scope: Scope,
    ports: Sequence[int],
    profile: Profile,
    interfaces: Sequence[Interface],
    *,
    allow_multicast: frozenset[str] = frozenset(),
) -> Plan:
    """Count what TcpConnect and the inquiries of discovery/registry.py would send."""
    wanted = tuple(dict.fromkeys(port for port in ports if port not in NEVER_PORTS))
    total, near = _addresses(scope, interfaces)
    links, _ = multicast_links(scope, interfaces, allow_multicast)
    covered = _covered(scope, links)
    asked = total - covered
    asked_near = near - covered
    raw = raw_lanes(scope, interfaces)
    refused = raw if isinstance(raw, str) else None
    sweep = "tcp-connect" if refused else "tcp-syn"
    payloads = (*_tcp(sweep, wanted, total), *_multicast(links), *_unicast(asked))
    pairs = total * len(wanted)
    knocks = WITNESSES * (len(wanted) // 2) * _groups(scope)
    again = _Again() if refused else _raw_again(pairs)
    udp = sum(p.packets for p in payloads if p.transport == "udp")
    return Plan(
        addresses=total,
        on_link=near,
        ports=wanted,
        interfaces=tuple(
            _interface(scope, one, [x for x in links if x.interface is one], allow_multicast)
            for one in interfaces
        ),
        payloads=payloads,
        each_host=_each_host() if asked or _wide(scope) else (),
        sweep=sweep,
        sweep_note=f"by ordinary connections: {refused}" if refused else again.note,
        tcp_connections=pairs,
        syns_at_most=pairs * again.each + again.sample + knocks,
        mac_questions_at_most=again.macs * (near - _both(scope.v4, _LOOPBACK)),
        udp_packets=udp,
        seconds=_seconds(
            profile,
            len(wanted),
            (near, total - near),
            (asked_near, asked),
            udp,
            silence=bool(refused) and _both(scope.v4, _LOOPBACK) < total,
            share=SHARE if refused else 1.0,
            sample=again.sample,
        ),
    )


class _Again(Struct, frozen=True, kw_only=True):
    """What a sweep may repeat: SYNs `each` port gets at most but for the `sample`, and how often
    an address on the link is asked for its MAC."""

    each: int = 1
    sample: int = 0
    macs: int = 0
    note: str = ""


def _raw_again(pairs: int) -> _Again:
    from camscan.discovery.neighbour_sweep import PAUSES
    from camscan.discovery.syn_again import (
        AGAIN_ALIVE,
        MOST_ALIVE,
        MOST_SILENT,
        SAMPLE_KNOWN,
        SAMPLE_SILENT,
    )

    sample = SAMPLE_KNOWN + SAMPLE_SILENT
    note = (
        "by raw SYNs: on the link each address is first asked for its MAC, by ARP or neighbour "
        f"discovery, up to {len(PAUSES)} times, and gets a SYN only if it has one; then up to "
        f"{sample:,} are asked again to measure loss, hosts that answered {len(AGAIN_ALIVE)} times "
        "where they were silent, and where loss shows all that were silent: no port gets more than "
        f"{MOST_SILENT} SYNs, or {MOST_ALIVE} where the host answers at another one"
    )
    return _Again(each=MOST_ALIVE - 1, sample=min(pairs, sample), macs=len(PAUSES), note=note)


def _seconds(
    profile: Profile,
    ports: int,
    tcp: tuple[int, int],
    unicast: tuple[int, int],
    udp_packets: int,
    *,
    silence: bool,
    share: float,
    sample: int,
) -> float:
    """The longest of sweep, unicast and multicast, which run together under one ceiling.

    `tcp` is (on-link, routed) addresses, `unicast` (on-link, all) addresses asked by UDP;
    `silence`: a host is asked one port after the other and may be silent at each, as by
    connections on any network but loopback. `share` of the rate is the sweep's, at half of it
    the `sample` is asked again.
    """
    near, far = tcp
    routed = min(profile.routed_syn_pps, profile.on_link_pps)
    sweep = (
        ports * near / (share * profile.on_link_pps)
        + ports * far / (share * routed)
        + 2 * sample / (routed if far else profile.on_link_pps)
        + 1.0
    )
    sweep = max(sweep, ports * (SYN_SECONDS if silence else profile.host_gap))
    listen = profile.listen_seconds
    asked_near, asked = unicast
    sweeps = sum(len(kind.sweep) for kind in UNICAST_INQUIRIES)
    inquiry = sweeps * (
        asked_near / profile.on_link_pps + (asked - asked_near) / profile.routed_udp_pps
    )
    ceiling = (ports * (near + far) + udp_packets) / profile.on_link_pps
    return max(sweep, inquiry + listen, profile.ask_seconds + listen, ceiling)


def _tcp(sweep: str, ports: Sequence[int], addresses: int) -> tuple[PlanPayload, ...]:
    return tuple(
        PlanPayload(
            method=sweep,
            name=sweep.replace("-", " "),
            transport="tcp",
            port=port,
            destination="every address in scope",
            size=0,
            packets=addresses,
        )
        for port in ports
    )


def _multicast(links: Sequence[Link]) -> tuple[PlanPayload, ...]:
    return tuple(
        PlanPayload(
            method=kind.name,
            name=shot.query.name,
            transport="udp",
            port=shot.query.port,
            destination=f"{_destination(shot, link)} by {link.interface.name}",
            size=len(shot.query.payload),
            packets=SENDS,
        )
        for link in links
        for kind in LINK_INQUIRIES
        for shot in shots([make() for make in kind.queries], link.version)
    )


def _destination(shot: Shot, link: Link) -> str:
    if shot.broadcast:
        return "broadcast"
    return (shot.query.group4 if link.version == 4 else shot.query.group6) or ""


def _unicast(asked: int) -> tuple[PlanPayload, ...]:
    if not asked:
        return ()
    return tuple(
        _single(kind.name, make(), "every address that no multicast reaches", asked)
        for kind in UNICAST_INQUIRIES
        for make in kind.sweep
    )


def _each_host() -> tuple[PlanPayload, ...]:
    where = "each host found that no multicast reaches"
    first = tuple(
        _single(kind.name, make(), where, 1) for kind in UNICAST_INQUIRIES for make in kind.hosts
    )
    again = tuple(
        _single(kind.name, make(), f"{where}, if it has not answered that", 1)
        for kind in UNICAST_INQUIRIES
        for make in kind.sweep
    )
    return first + again


def _single(method: str, query: Query, destination: str, packets: int) -> PlanPayload:
    return PlanPayload(
        method=method,
        name=query.name,
        transport="udp",
        port=query.port,
        destination=destination,
        size=len(query.payload),
        packets=packets,
    )


def _wide(scope: Scope) -> bool:
    return bool(scope.too_large())


def _interface(
    scope: Scope, interface: Interface, links: Sequence[Link], allowed: frozenset[str]
) -> PlanInterface:
    reason = interface.reason or ""
    if not links and not reason:
        _, skips = multicast_links(scope, (interface,), allowed)
        reason = "; ".join(dict.fromkeys(skip.reason for skip in skips))
    used = [group for link in links for group in groups(link.version)]
    return PlanInterface(
        name=interface.name,
        addresses=tuple(f"{own.address}/{own.prefix}" for own in interface.addresses),
        groups=tuple(dict.fromkeys(used)),
        used=bool(links),
        reason=reason,
    )


def _addresses(scope: Scope, interfaces: Sequence[Interface]) -> tuple[int, int]:
    """(addresses asked one by one, those of them that no router separates from us)."""
    v4_near = SpanSet.of([*_LOOPBACK.spans, *_networks(interfaces, 4)])
    v6_near = SpanSet.of([Span(1, 1), *_networks(interfaces, 6)])
    v6, local = _enumerable_v6(scope)
    each = len(scope.links)
    total = _size(scope.v4) + _size(v6) + _size(local) * each
    near = _both(scope.v4, v4_near) + _both(v6, v6_near) + _size(local) * each
    return total, near


def _covered(scope: Scope, links: Sequence[Link]) -> int:
    """Addresses asked one by one that lie in a subnet which a multicast reaches."""
    v6, local = _enumerable_v6(scope)
    spans4 = SpanSet.of(_networks([x.interface for x in links if x.version == 4], 4))
    spans6 = SpanSet.of(_networks([x.interface for x in links if x.version == 6], 6))
    return _both(scope.v4, spans4) + _both(v6, spans6) + _both(local, spans6) * len(scope.links)


def _enumerable_v6(scope: Scope) -> tuple[SpanSet, SpanSet]:
    """IPv6 spans small enough to be asked one by one: (the others, link-local)."""
    small = [span for span in scope.v6.spans if span.last - span.first < ENUMERABLE_V6]
    local = [s for s in small if ipaddress.IPv6Address(s.first).is_link_local]
    return SpanSet.of([s for s in small if s not in local]), SpanSet.of(local)


def _networks(interfaces: Sequence[Interface], version: int) -> Iterator[Span]:
    for interface in interfaces:
        if not interface.up:
            continue
        for own in interface.of_version(version):
            network = own.network
            yield Span(int(network.network_address), int(network.broadcast_address))


def _groups(scope: Scope) -> int:
    """IPv4 /24s that the scope touches, at most."""
    return sum((span.last >> 8) - (span.first >> 8) + 1 for span in scope.v4.spans)


def _both(one: SpanSet, other: SpanSet) -> int:
    """How many addresses lie in both sets."""
    return _size(one) - _size(one.minus(other))


def _size(spans: SpanSet) -> int:
    return sum(span.last - span.first + 1 for span in spans.spans)
