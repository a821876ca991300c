"""Whose flow it is: by the MAC where the capture is on-link, else by the address at that time."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.egress.address import parse
from camscan.model.device import Device
from camscan.model.flow import Flow

_MOST_OWN_ADDRESSES = 8  # one IPv4, link-local, and the temporary IPv6 addresses of a few days


class Held(Struct, frozen=True, kw_only=True):
    """A MAC had an address from `since` on (seconds since the epoch; None: unknown)."""

    address: str
    mac: str
    since: float | None = None


class DeviceIndex:
    """Devices of one or several inventories, each with the time at which it was seen there.

    `holdings` are leases and ARP tables: who had an address when. `flows` tell which MACs are
    routers: one that sends from many addresses, or from those of several devices, names nobody.
    """

    def __init__(
        self,
        devices: Iterable[Device],
        *,
        seen: dict[str, float] | None = None,
        holdings: Iterable[Held] = (),
        flows: Iterable[Flow] = (),
    ) -> None:
        self._by_address: dict[str, list[tuple[float, Device]]] = {}
        self._by_mac: dict[str, Device | None] = {}
        times = seen or {}
        for device in devices:
            for plain in {parse(address) for address in device.addresses} - {None}:
                holders = self._by_address.setdefault(str(plain), [])
                holders.append((times.get(device.id, 0.0), device))
            if device.mac:
                mac = device.mac.lower()
                known = self._by_mac.get(mac, device)
                self._by_mac[mac] = device if known is not None and known.id == device.id else None
        self._leases: dict[str, list[tuple[float, str]]] = {}
        for held in holdings:
            plain = parse(held.address)
            if plain is not None:
                lease = (held.since or 0.0, held.mac.lower())
                self._leases.setdefault(str(plain), []).append(lease)
        for leases in self._leases.values():
            leases.sort()
        self._routers: set[str] = set()
        self._on_link: set[str] = set()
        self._learn_links(flows)

    def find(self, address: str | None, mac: str | None = None, at: float = 0.0) -> Device | None:
        """The device that sent from (or was reached at) `address` at the time `at`.

        Its MAC wins where the capture is on-link. An address of two devices that nothing tells
        apart names neither; so does one whose frames came from a MAC of no device while the
        device that the inventory has there is seen on-link under its own.
        """
        if mac is not None and mac not in self._routers and self._by_mac.get(mac) is not None:
            return self._by_mac[mac]
        if address is None:
            return None
        leased = self._leased(address, at)
        if leased is not None and self._by_mac.get(leased) is not None:
            return self._by_mac[leased]
        device = self._at_time(address, at)
        if device is None or device.mac is None:
            return device
        own = device.mac.lower()
        if mac is not None and mac not in self._routers and mac != own and own in self._on_link:
            return None
        return device

    def _leased(self, address: str, at: float) -> str | None:
        leases = self._leases.get(address, ())
        return next((mac for since, mac in reversed(leases) if since <= at), None)

    def _at_time(self, address: str, at: float) -> Device | None:
        """The holder in the inventory nearest in time; None when two are equally near."""
        holders = self._by_address.get(address, ())
        if not holders:
            return None
        near = min(abs(when - at) for when, _ in holders)
        nearest = {holder.id: holder for when, holder in holders if abs(when - at) == near}
        return next(iter(nearest.values())) if len(nearest) == 1 else None

    def _learn_links(self, flows: Iterable[Flow]) -> None:
        sent_from: dict[str, set[str]] = {}
        for flow in flows:
            if flow.source_mac is not None:
                sent_from.setdefault(flow.source_mac, set()).add(flow.source)
        for mac, addresses in sent_from.items():
            owners = {
                holder.id
                for address in addresses
                for _, holder in self._by_address.get(address, ())
                if holder.mac is None or holder.mac.lower() != mac
            }
            if len(owners) > 1 or len(addresses) > _MOST_OWN_ADDRESSES:
                self._routers.add(mac)
            elif self._by_mac.get(mac) is not None:
                self._on_link.add(mac)
