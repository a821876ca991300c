"""Known destinations: whose cloud, library, resolver or clock is this, and is it the device's?"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from msgspec import Struct

from camscan.egress.address import Address, Network
from camscan.matching.destination import Destination
from camscan.matching.fingerprints import Fingerprints
from camscan.matching.library import Library
from camscan.matching.public_service import PublicService, Role
from camscan.model.device import Device


class Match(Struct, frozen=True, kw_only=True):
    """A known destination; `own` when it belongs to the device's maker or brand, or a source
    shows that maker's devices to call it; `listed_port` when the data lists the port (or none)."""

    destination: Destination
    own: bool
    listed_port: bool


class KnownDestinations:
    """All makers' destinations by the name's suffixes, P2P libraries, public services."""

    def __init__(
        self,
        destinations: Iterable[Destination],
        libraries: Iterable[Library] = (),
        services: Iterable[PublicService] = (),
        names: dict[str, str] | None = None,
    ) -> None:
        self._by_domain: dict[str, list[Destination]] = {}
        self._by_port: dict[str, list[Destination]] = {}
        self._networks: list[tuple[Network, Destination]] = []
        for destination in destinations:
            for domain in destination.domains:
                self._by_domain.setdefault(domain, []).append(destination)
            for network in destination.networks:
                self._networks.append((ipaddress.ip_network(network), destination))
            if not destination.domains and not destination.networks:
                for port in destination.ports:
                    self._by_port.setdefault(port, []).append(destination)
        self._libraries = {library.id: library for library in libraries}
        self._library_ports: dict[str, list[Library]] = {}
        for library in self._libraries.values():
            for port in library.ports:
                self._library_ports.setdefault(port, []).append(library)
        self._services: dict[tuple[Role, str], PublicService] = {}
        for service in services:
            for key in (*service.addresses, *service.domains):
                self._services.setdefault((service.role, key), service)
        self._names = names or {}

    @classmethod
    def of(cls, fingerprints: Fingerprints) -> KnownDestinations:
        """Everything that the fingerprints know of destinations."""
        data = fingerprints.egress_data
        names = {operator.id: operator.name for operator in data.operators}
        makers = {entry.maker for entry in data.destinations}
        makers |= {entry.maker for entry in data.libraries}
        for maker in makers:
            entity = fingerprints.entity(maker)
            if entity is not None:
                names.setdefault(maker, entity.name)
        return cls(data.destinations, data.libraries, data.services, names)

    def match(
        self, name: str | None, protocol: str, port: int | None, device: Device | None
    ) -> Match | None:
        """The best known destination of `name`: the device's own first, then a listed port, then
        the longest domain."""
        if name is None:
            return None
        found = (
            destination
            for domain in _suffixes(name)
            for destination in self._by_domain.get(domain, ())
        )
        return _best(found, protocol, port, device)

    def match_address(
        self, address: Address, protocol: str, port: int | None, device: Device | None
    ) -> Match | None:
        """The best known destination that is called by this address, without a name."""
        found = (
            destination
            for network, destination in self._networks
            if network.version == address.version and address in network
        )
        return _best(found, protocol, port, device)

    def by_port(self, protocol: str, port: int | None) -> Destination | None:
        """A peer-to-peer cloud that is known only by its port: a hint, never a proof."""
        found = self._by_port.get(f"{protocol}/{port}", ())
        return found[0] if found else None

    def library(self, name: str | None) -> Library | None:
        """The P2P library of an id, as its first bytes gave it (`Flow.library`)."""
        return None if name is None else self._libraries.get(name)

    def carries(self, library: Library, device: Device | None) -> bool:
        """True when a source shows devices of this maker or brand to have the library built in."""
        owners = entities_of(device)
        return library.maker in owners or not owners.isdisjoint(library.used_by)

    def library_at(self, protocol: str, port: int | None) -> Library | None:
        """A P2P library that uses this port, its bytes unseen: a hint, never a proof."""
        found = self._library_ports.get(f"{protocol}/{port}", ())
        return found[0] if found else None

    def owner(self, entry: Destination | Library) -> str:
        """The name of who runs a destination or wrote a library."""
        return self._names.get(entry.maker, entry.maker)

    def service(self, role: Role, address: str | None, name: str | None) -> PublicService | None:
        """The public resolver or clock at an address, else of a name."""
        keys = [] if address is None else [address]
        keys += [] if name is None else _suffixes(name)
        for key in keys:
            if (found := self._services.get((role, key))) is not None:
                return found
        return None


def service_words(service: PublicService, device: Device | None) -> str:
    """What is known of a public resolver or clock, for a reason; whose firmware asks it unasked.

    `public resolver (114DNS, CN); the firmware of this maker asks it whatever DHCP says`
    """
    run = ", ".join(part for part in (service.name, service.country) if part)
    words = f"public {service.role} ({run})"
    if not entities_of(device).isdisjoint(service.asked_by):
        unasked = "asks it whatever DHCP says" if service.role == "resolver" else "has it built in"
        return f"{words}; the firmware of this maker {unasked}"
    if service.asked_by:
        return f"{words}; built into firmware of {', '.join(service.asked_by)}"
    return words


def _best(
    destinations: Iterable[Destination], protocol: str, port: int | None, device: Device | None
) -> Match | None:
    owners = entities_of(device)
    found = (
        Match(
            destination=destination,
            own=destination.maker in owners or not owners.isdisjoint(destination.used_by),
            listed_port=destination.lists(protocol, port),
        )
        for destination in destinations
    )
    return max(found, key=lambda match: (match.own, match.listed_port), default=None)


def entities_of(device: Device | None) -> frozenset[str]:
    """Ids of the maker and brand that a device is held to be."""
    claims = () if device is None else (device.maker, device.brand)
    return frozenset(claim.id for claim in claims if claim is not None)


def _suffixes(name: str) -> list[str]:
    """The name and every domain above it, longest first."""
    labels = name.rstrip(".").lower().split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
