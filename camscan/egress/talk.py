"""Flows joined with devices: one talk per device, peer, port, protocol and name, not yet judged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from camscan.egress.address import Address, parse
from camscan.egress.who import DeviceIndex
from camscan.model.conversation import Direction
from camscan.model.device import Device
from camscan.model.flow import Flow, Origin, Slot
from camscan.sources.flows.total import plus

_NEWEST = 253_402_300_799.0  # the last second of the year 9999
_STARTS = 512

Both = Callable[[int | None, int | None], int | None]
"""Two counters, None where unknown, as one."""


class Talk(Struct, frozen=True, kw_only=True):
    """What one device and one peer said, seen from the device.

    `count` connections, of which `silent` got no packet back, `refused` only a refusal, and
    `blocked` were stopped by a firewall that says so; `answered` are the addresses that a DNS
    question without a connection was given. `slots`, `starts`, `sizes` and `library` as in Flow;
    `also` names the other sources that saw the same.
    """

    id: str
    device: Device | None
    address: str
    peer: str | None
    peer_address: Address | None
    port: int | None
    protocol: str
    name: str | None
    name_source: str | None
    direction: Direction
    origin: Origin
    packets_out: int | None
    packets_in: int | None
    bytes_out: int | None
    bytes_in: int | None
    first: float
    last: float
    count: int
    silent: int
    refused: int
    blocked: int = 0
    answered: tuple[str, ...] = ()
    library: str | None = None
    slots: tuple[Slot, ...] = ()
    starts: tuple[float, ...] = ()
    sizes: tuple[int, ...] = ()
    recorded_by: str = ""
    also: tuple[str, ...] = ()


def time_of(seconds: float) -> datetime:
    """UTC; times that no calendar has become its first or last."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), _NEWEST), UTC)


def talks(
    flows: Iterable[Flow],
    index: DeviceIndex,
    answers: Mapping[tuple[str, str], tuple[str, ...]],
    *,
    watched: Mapping[str, Device] | None,
    inside: Iterable[str] = (),
) -> tuple[Talk, ...]:
    """Talks of the `watched` devices (by id), or, when None, of every address in `inside` too.

    A flow between two of them appears once for each; what several sources recorded stays apart
    (see overlap.py). Order: first seen.
    """
    found: dict[tuple[object, ...], Talk] = {}
    everybody = frozenset(inside)
    flows = list(flows)
    names = _names(flows)
    for flow in flows:
        for outward in (True, False):
            address = flow.source if outward else flow.peer
            if address is None:
                continue
            device = index.find(address, flow.source_mac if outward else None, flow.first)
            if watched is None:
                if device is None and address not in everybody:
                    continue
            elif device is None or device.id not in watched:
                continue
            talk = _talk(flow, device, address, names, answers, outward=outward)
            key = (address, talk.id, flow.recorded_by)
            found[key] = merged(found[key], talk) if key in found else talk
    return tuple(sorted(found.values(), key=lambda talk: (talk.first, talk.id)))


def _names(flows: list[Flow]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """The one name a source used for a peer, for its connections that show none."""
    seen: dict[tuple[str, str], dict[str, str | None]] = {}
    for flow in flows:
        if flow.peer is not None and flow.name is not None:
            seen.setdefault((flow.source, flow.peer), {})[flow.name] = flow.name_source
    return {pair: next(iter(names.items())) for pair, names in seen.items() if len(names) == 1}


def _talk(
    flow: Flow,
    device: Device | None,
    address: str,
    names: Mapping[tuple[str, str], tuple[str, str | None]],
    answers: Mapping[tuple[str, str], tuple[str, ...]],
    *,
    outward: bool,
) -> Talk:
    peer = flow.peer if outward else flow.source
    name, name_source = flow.name, flow.name_source
    if outward and name is None and flow.peer is not None:
        name, name_source = names.get((flow.source, flow.peer), (None, None))
    if not outward:
        name = name_source = None  # the name is that of the device itself
    if flow.origin is Origin.UNKNOWN:
        direction = Direction.UNKNOWN
    else:
        direction = Direction.OUT if outward else Direction.IN
    answered = answers.get((flow.source, name), ()) if peer is None and name else ()
    silent = flow.packets_in == 0 and not flow.refused and not flow.blocked and peer is not None
    return Talk(
        id=talk_id(device, address, peer, flow.port, flow.protocol, name, direction),
        device=device,
        address=address,
        peer=peer,
        peer_address=parse(peer) if peer else None,
        port=flow.port,
        protocol=flow.protocol,
        name=name,
        name_source=name_source,
        direction=direction,
        origin=flow.origin,
        packets_out=flow.packets_out if outward else flow.packets_in,
        packets_in=flow.packets_in if outward else flow.packets_out,
        bytes_out=flow.bytes_out if outward else flow.bytes_in,
        bytes_in=flow.bytes_in if outward else flow.bytes_out,
        first=flow.first,
        last=flow.last,
        count=flow.count,
        silent=flow.count if silent else 0,
        refused=flow.count if flow.refused else 0,
        blocked=flow.count if flow.blocked else 0,
        answered=answered,
        library=flow.library,
        slots=flow.slots if outward else tuple(_turned(slot) for slot in flow.slots),
        starts=flow.starts,
        sizes=flow.sizes if outward else (),
        recorded_by=flow.recorded_by,
    )


def talk_id(
    device: Device | None,
    address: str,
    peer: str | None,
    port: int | None,
    protocol: str,
    name: str | None,
    direction: Direction,
) -> str:
    """Equal over runs and machines for the same conversation."""
    parts = (
        device.id if device else "",
        address,
        peer or "",
        str(port),
        protocol,
        name or "",
        direction,
    )
    return "c" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _turned(slot: Slot) -> Slot:
    """The slot seen from the other side."""
    return Slot(
        slot.at, slot.count, slot.packets_in, slot.packets_out, slot.bytes_in, slot.bytes_out
    )


def merged(one: Talk, other: Talk) -> Talk:
    """Both together, of one source; what it cannot know is unknown for the sum."""
    rhythm = sorted((*_paired(one), *_paired(other)))[:_STARTS]
    sized = all(size is not None for _, size in rhythm)
    return Talk(
        id=one.id,
        device=one.device,
        address=one.address,
        peer=one.peer,
        peer_address=one.peer_address,
        port=one.port,
        protocol=one.protocol,
        name=one.name,
        name_source=one.name_source or other.name_source,
        direction=one.direction,
        origin=one.origin,
        packets_out=plus(one.packets_out, other.packets_out),
        packets_in=plus(one.packets_in, other.packets_in),
        bytes_out=plus(one.bytes_out, other.bytes_out),
        bytes_in=plus(one.bytes_in, other.bytes_in),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        count=one.count + other.count,
        silent=one.silent + other.silent,
        refused=one.refused + other.refused,
        blocked=one.blocked + other.blocked,
        answered=one.answered or other.answered,
        library=one.library or other.library,
        slots=by_hour(one.slots, other.slots, plus),
        starts=tuple(start for start, _ in rhythm),
        sizes=tuple(size for _, size in rhythm if size is not None) if sized else (),
        recorded_by=one.recorded_by,
        also=one.also,
    )


def _paired(talk: Talk) -> list[tuple[float, int | None]]:
    """Starts with their sizes, None where not every one is known."""
    if len(talk.sizes) == len(talk.starts):
        return list(zip(talk.starts, talk.sizes, strict=True))
    return [(start, None) for start in talk.starts]


def by_hour(one: tuple[Slot, ...], other: tuple[Slot, ...], both: Both) -> tuple[Slot, ...]:
    """Hour by hour what `both` makes of each counter; an hour of one alone is taken as it is."""
    slots = {slot.at: slot for slot in one}
    for slot in other:
        mine = slots.get(slot.at)
        slots[slot.at] = slot if mine is None else _joined(mine, slot, both)
    return tuple(slots[at] for at in sorted(slots))


def _joined(one: Slot, other: Slot, both: Both) -> Slot:
    return Slot(
        one.at,
        both(one.count, other.count) or 0,
        both(one.packets_out, other.packets_out),
        both(one.packets_in, other.packets_in),
        both(one.bytes_out, other.bytes_out),
        both(one.bytes_in, other.bytes_in),
    )
