"""Some devices of a run, by what is said of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from camscan.errors import UsageError
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import Band

UNKNOWN = "unknown"


class Selection(Struct, frozen=True, kw_only=True):
    """All that are given must fit; of one kind any. Empty: every device.

    `makers` are ids or names of makers or brands at `probable` or above, `classes` as counted;
    `unknown` stands for those without.
    """

    makers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    subnets: tuple[IPv4Network | IPv6Network, ...] = ()
    sites: tuple[str, ...] = ()

    def fits(self, device: Device) -> bool:
        """True when the device is meant."""
        return (
            (not self.makers or self._made(device))
            and (not self.classes or (class_of(device) or UNKNOWN) in self.classes)
            and (not self.sites or (device.site or UNKNOWN) in self.sites)
            and (not self.subnets or self._within(device))
        )

    def _made(self, device: Device) -> bool:
        wanted = {each.casefold() for each in self.makers}
        claims = [
            claim
            for claim in (device.maker, device.brand)
            if claim is not None and claim.band.reaches(Band.PROBABLE)
        ]
        if UNKNOWN in wanted and (device.maker is None or device.maker not in claims):
            return True
        return any({claim.id.casefold(), claim.name.casefold()} & wanted for claim in claims)

    def _within(self, device: Device) -> bool:
        addresses = (ipaddress.ip_address(each.partition("%")[0]) for each in device.addresses)
        return any(
            address.version == network.version and address in network
            for address in addresses
            for network in self.subnets
        )


def networks_of(texts: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and CIDRs. Raises UsageError."""
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError as error:
            raise UsageError(f"--subnet {text}: neither an address nor a network (CIDR)") from error
    return tuple(found)
