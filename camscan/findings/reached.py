"""Where a run went: the addresses that were in its scope, and the ports that it asked there.

A subnet of the coverage may hold more than the scope had of it, and a merged run has the scopes of
several: each is asked for itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from camscan.inventory.asked import spans_of
from camscan.model.device import Device
from camscan.model.run import MergedRun, Run, RunStatus


class Reached:
    """The parts of one run, made once for all of its devices."""

    def __init__(self, run: Run) -> None:
        self._parts = tuple(_Part(part) for part in run.parts if part.run.scope.ports)

    def scanned(self, device: Device) -> bool:
        """True when ports of the device are known because a part of the run asked them.

        Ports that a file of evidence told may be those of a device that the run never went to.
        """
        return bool(device.ports) and any(self._of(device))

    def asked(self, device: Device, ports: Iterable[int]) -> bool:
        """True when one of these ports was asked of the device, whatever came of it.

        A port that lets nothing through leaves no trace, so a whole scan counts by its list of
        ports; of one that was cut short only what answered is known to have been asked.
        """
        known = {port.port for port in device.ports if port.transport == "tcp"}
        if device.ports:
            known.update(*(part.ports for part in self._of(device) if part.complete))
        return not known.isdisjoint(ports)

    def _of(self, device: Device) -> Iterator[_Part]:
        if not self._parts:
            return
        places = [ipaddress.ip_address(each.partition("%")[0]) for each in device.addresses]
        for part in self._parts:
            if not part.bounded or any(part.holds(place) for place in places):
                yield part


class _Part:
    def __init__(self, part: MergedRun) -> None:
        scope = part.run.scope
        subnets = part.coverage.subnets
        self.ports = scope.ports
        self.complete = part.run.status is RunStatus.COMPLETE
        self.bounded = bool(scope.targets or subnets)
        self._denied = spans_of(scope.exclude)
        # What a name, an interface or a file meant on the day is told by the coverage alone.
        literal = bool(scope.targets) and all(map(_is_literal, scope.targets))
        covered = () if literal else (subnet.cidr for subnet in subnets)
        self._wanted = spans_of([*scope.targets, *covered])

    def holds(self, place: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """True for an address of the scope."""
        number, which = int(place), 0 if place.version == 4 else 1
        return number in self._wanted[which] and number not in self._denied[which]


def _is_literal(text: str) -> bool:
    return any(each.spans for each in spans_of([text]))
