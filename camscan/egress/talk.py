"""Flows joined with devices: one talk per device, peer, port, protocol and name, not yet judged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from camscan.egress.address import Address, parse
from camscan.model.conversation import Direction
from camscan.model.device import Device
from camscan.model.flow import Flow, Origin

_NEWEST = 253_402_300_799.0  # the last second of the year 9999


class Talk(Struct, frozen=True, kw_only=True):
    """What one device and one peer said, seen from the device.

    `count` connections, of which `silent` got no packet back and `refused` only a refusal;
    `answered` are the addresses that a DNS question without a connection was given.
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
    answered: tuple[str, ...]
    recorded_by: str


class DeviceIndex:
    """Devices by address, else by MAC; an address or MAC of two devices names neither."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self._by_address: dict[str, Device | None] = {}
        self._by_mac: dict[str, Device | None] = {}
        for device in devices:
            for plain in {parse(address) for address in device.addresses} - {None}:
                key = str(plain)
                self._by_address[key] = None if key in self._by_address else device
            if device.mac:
                mac = device.mac.lower()
                self._by_mac[mac] = None if mac in self._by_mac else device

    def find(self, address: str | None, mac: str | None = None) -> Device | None:
        """The device that holds the address, or whose MAC sent from an address of no device."""
        if address is not None and address in self._by_address:
            return self._by_address[address]
        return self._by_mac.get(mac) if mac else None


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

    A flow between two of them appears once for each. Order: first seen.
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
            device = index.find(address, flow.source_mac if outward else None)
            if watched is None:
                if device is None and address not in everybody:
                    continue
            elif device is None or device.id not in watched:
                continue
            talk = _talk(flow, device, address, names, answers, outward=outward)
            key = (address, talk.id)
            found[key] = _merged(found[key], talk) if key in found else talk
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
    text = "\x1f".join(
        (
            device.id if device else "",
            address,
            peer or "",
            str(flow.port),
            flow.protocol,
            name or "",
            direction,
        )
    )
    answered = answers.get((flow.source, name), ()) if peer is None and name else ()
    silent = flow.packets_in == 0 and not flow.refused and peer is not None
    return Talk(
        id="c" + hashlib.sha256(text.encode()).hexdigest()[:12],
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
        answered=answered,
        recorded_by=flow.recorded_by,
    )


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _merged(one: Talk, other: Talk) -> Talk:
    """Both together; what one source cannot know is unknown for the sum."""
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
        packets_out=_plus(one.packets_out, other.packets_out),
        packets_in=_plus(one.packets_in, other.packets_in),
        bytes_out=_plus(one.bytes_out, other.bytes_out),
        bytes_in=_plus(one.bytes_in, other.bytes_in),
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        count=one.count + other.count,
        silent=one.silent + other.silent,
        refused=one.refused + other.refused,
        answered=one.answered or other.answered,
        recorded_by=one.recorded_by,
    )
