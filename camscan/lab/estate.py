"""Estates: sets of simulated devices spread over sites, made from a list of counts; seeded.

Ground truth is data: `Estate.truth(base)` says per address what each device really is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from camscan.errors import DataError
from camscan.lab.device import Device, Maker
from camscan.lab.persona import personas

FIRST_HOST = 10
"""Hosts below are left to the gateway, the scanner and servers that are not simulated."""
GATEWAY_HOST = 1
"""The router of the on-link subnet; a device may play it (`populate(gateway=…)`)."""


class Site(msgspec.Struct, frozen=True):
    """A site and the third octets of its /24 subnets."""

    name: str
    subnets: tuple[int, ...]


class Truth(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """What the device at an address is; None where nothing on the wire can tell it."""

    address: str
    site: str
    kind: str
    maker: str | None
    brand: str | None
    model: str | None
    persona: str
    mac: str
    on_link: bool


class Estate(msgspec.Struct, frozen=True):
    """Sites, devices and the subnets (third octets) where a firewall keeps everything silent."""

    name: str
    sites: tuple[Site, ...]
    devices: tuple[Device, ...]
    silent: tuple[int, ...] = ()
    on_link: int = 0

    @property
    def subnets(self) -> tuple[int, ...]:
        """All third octets, silent ones included."""
        return tuple(sorted({octet for site in self.sites for octet in site.subnets}))

    def truth(self, base: str) -> dict[str, Truth]:
        """Per address (under `base`, such as "10.66") the ground truth."""
        known = personas()
        found = {}
        for device in self.devices:
            about = known[device.persona].persona
            address = device.address(base)
            found[address] = Truth(
                address=address,
                site=device.site,
                kind=about.kind,
                maker=about.maker,
                brand=about.brand,
                model=device.values.get("model") if about.maker else None,
                persona=device.persona,
                mac=device.mac,
                on_link=device.subnet == self.on_link,
            )
        return found


def populate(
    name: str,
    sites: Sequence[Site],
    counts: Sequence[tuple[str, int]],
    *,
    seed: int,
    silent: Sequence[int] = (),
    pinned: Sequence[tuple[str, int]] = (),
    gateway: str | None = None,
) -> Estate:
    """Deal `counts` (persona, how many) over the sites' subnets in turn: each site is mixed.

    `pinned` (persona, subnet) devices go to the named subnet; `gateway` is the persona of the
    first subnet's router. Raises DataError on an unknown
    persona or when the subnets are full.
    """
    known = personas()
    maker = Maker(seed)
    places = [(site.name, octet) for site in sites for octet in site.subnets if octet not in silent]
    names = {octet: site for site, octet in places}
    used = dict.fromkeys((octet for _site, octet in places), FIRST_HOST - 1)
    devices: list[Device] = []

    def place(persona: str, octet: int) -> None:
        if persona not in known:
            raise DataError(f"lab estate {name}: no persona {persona!r}")
        used[octet] += 1
        if used[octet] > 250:
            raise DataError(f"lab estate {name}: subnet {octet} is full")
        devices.append(maker.make(known[persona], names[octet], octet, used[octet]))

    if gateway is not None:
        site, octet = places[0]
        devices.append(maker.make(known[gateway], site, octet, GATEWAY_HOST))
    for persona, octet in pinned:
        place(persona, octet)
    turn = 0
    for persona, count in counts:
        for _ in range(count):
            place(persona, places[turn % len(places)][1])
            turn += 1
    return Estate(name, tuple(sites), tuple(devices), tuple(silent))
