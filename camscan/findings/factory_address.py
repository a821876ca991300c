"""`factory-default-address`: a device still has the address that it left the factory with.

The maker has to be known: an address alone proves nothing. One that was given by a DHCP server,
as the device itself says, is no factory address.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterable, Iterator

from camscan.findings.exposed import exposure, unheard, video
from camscan.lists.factory_address import FactoryAddresses
from camscan.lists.judge import Judge
from camscan.model.coverage import Skip
from camscan.model.device import Device, EvidenceRecord
from camscan.model.finding import Finding, Severity
from camscan.model.identity import Band
from camscan.model.run import Run

_DHCP = ("sadp.dhcp", "dhip.dhcp")
_ACTIVATED = "sadp.activated"


class FactoryAddress:
    """One finding per device: `low`; `medium` where it answered from outside the networks that
    were scanned, or says that it was never activated, for then nobody has set it up."""

    id = "factory-default-address"

    def __init__(self, judge: Judge) -> None:
        self._by_owner: dict[str, list[FactoryAddresses]] = {}
        for known in judge.data.addresses:
            self._by_owner.setdefault(known.of, []).append(known)

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        networks = [network for subnet in run.coverage.subnets if (network := _net(subnet.cidr))]
        for device in video(run):
            if _by_dhcp(device):
                continue
            for known in self._known(device):
                held = [address for address in device.addresses if address in known.addresses]
                if held:
                    outside = bool(networks) and not _within(held[0], networks)
                    yield self._finding(device, held[0], known, outside=outside)
                    break

    def _known(self, device: Device) -> Iterator[FactoryAddresses]:
        for owner in _owners(device):
            yield from self._by_owner.get(owner, ())

    def _finding(
        self, device: Device, address: str, known: FactoryAddresses, *, outside: bool
    ) -> Finding:
        fresh = [
            item
            for item in device.evidence
            if item.field == _ACTIVATED and item.value.lower() == "false"
        ]
        claim = device.maker or device.brand
        note = f" ({known.note})" if known.note else ""
        detail = f"{address} is the address that devices of {claim.name if claim else known.of}"
        detail += f" leave the factory with{note}"
        detail += "." if known.by_maker else ", as public lists say; no manual of it was seen."
        if outside:
            detail += " It lies outside the networks that were scanned."
        if fresh:
            detail += " The device says that it was not activated: it has no password yet."
        if not (outside or fresh):
            detail += " Somebody may have chosen it on purpose; nothing tells."
        evidence: list[EvidenceRecord] = [
            item for item in device.evidence if item.id in (claim.evidence if claim else ())
        ]
        return exposure(
            self.id,
            Severity.MEDIUM if outside or fresh else Severity.LOW,
            device,
            f"has the factory address {address}",
            detail=detail,
            advice=(
                "Find the device and ask who put it there. Give it an address of your plan, a"
                " password of its own and new firmware; a second device from the box would take the"
                " same address."
            ),
            evidence=[*evidence, *fresh],
            subject=address,
            references=known.source,
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices of unknown maker, and of makers whose factory addresses are not in the data."""

        def why(device: Device) -> str | None:
            owners = _owners(device)
            if not owners:
                return "the maker is unknown"
            if not device.addresses:
                return "its address is not known"
            if any(owner in self._by_owner for owner in owners):
                return None
            return "no factory address of this maker is in the data"

        return unheard(self.id, run, why)


def _owners(device: Device) -> list[str]:
    """Brand, then maker, as far as they are known at `probable` or above."""
    claims = (device.brand, device.maker)
    return [each.id for each in claims if each is not None and each.band.reaches(Band.PROBABLE)]


def _by_dhcp(device: Device) -> bool:
    return any(item.field in _DHCP and item.value.lower() == "true" for item in device.evidence)


def _net(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_network(cidr, strict=False)
    return None


def _within(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(parsed in network for network in networks)
