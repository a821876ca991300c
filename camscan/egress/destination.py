"""Known destinations: whose cloud is this name, and is it that of this device's maker?"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from camscan.matching.destination import Destination
from camscan.model.device import Device


class Match(Struct, frozen=True, kw_only=True):
    """A known destination; `own` when it belongs to the device's maker or brand, `listed_port`
    when the data lists the port (or lists none)."""

    destination: Destination
    own: bool
    listed_port: bool


class KnownDestinations:
    """All makers' destinations, found by the name's suffixes."""

    def __init__(self, destinations: Iterable[Destination]) -> None:
        self._by_domain: dict[str, list[Destination]] = {}
        self._by_port: dict[str, list[Destination]] = {}
        for destination in destinations:
            for domain in destination.domains:
                self._by_domain.setdefault(domain, []).append(destination)
            if not destination.domains:
                for port in destination.ports:
                    self._by_port.setdefault(port, []).append(destination)

    def match(
        self, name: str | None, protocol: str, port: int | None, device: Device | None
    ) -> Match | None:
        """The best known destination of `name`: own maker first, then a listed port."""
        if name is None:
            return None
        owners = entities_of(device)
        wanted = f"{protocol}/{port}"
        found = [
            Match(
                destination=destination,
                own=destination.maker in owners,
                listed_port=not destination.ports or wanted in destination.ports,
            )
            for domain in _suffixes(name)
            for destination in self._by_domain.get(domain, ())
        ]
        return max(found, key=lambda match: (match.own, match.listed_port), default=None)

    def by_port(self, protocol: str, port: int | None) -> Destination | None:
        """A peer-to-peer library that is known only by its port: a hint, never a proof."""
        found = self._by_port.get(f"{protocol}/{port}", ())
        return found[0] if found else None


def entities_of(device: Device | None) -> frozenset[str]:
    """Ids of the maker and brand that a device is held to be."""
    claims = () if device is None else (device.maker, device.brand)
    return frozenset(claim.id for claim in claims if claim is not None)


def _suffixes(name: str) -> list[str]:
    """The name and every domain above it, longest first."""
    labels = name.rstrip(".").lower().split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
