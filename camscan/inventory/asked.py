"""Whether a run asked at an address at all: only then is silence an answer."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from camscan.errors import ScopeError
from camscan.model.coverage import Coverage, Subnet, SubnetState
from camscan.model.device import Device
from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord
from camscan.scope import ENUMERABLE_V6, SpanSet, whole_networks

_SWEEPS = frozenset({"tcp-syn", "tcp-connect"})
_STATES = {
    SubnetState.NOT_REACHED: "nothing at all answered in {}",
    SubnetState.CUT_OFF: "the hosts of {} fell silent together",
    SubnetState.NOT_SCANNED: "the run ended before {}",
}


class Asked:
    """What the parts of a run asked, each with its own scope and coverage."""

    def __init__(self, run: Run) -> None:
        self._parts = [_Part(part.run, part.coverage) for part in run.parts]

    def why_not(self, device: Device) -> str | None:
        """None when any part asked at an address of `device`; else why none did."""
        if not device.addresses:
            return "it has no address that could be asked"
        reasons = []
        for address in device.addresses:
            for part in self._parts:
                reason = part.why_not(address, device)
                if reason is None:
                    return None
                reasons.append(reason)
        return reasons[0]


class _Part:
    def __init__(self, info: RunInfo, coverage: Coverage) -> None:
        self._info = info
        self._subnets: dict[tuple[int, int], dict[int, Subnet]] = {}
        for subnet in coverage.subnets:
            network = ipaddress.ip_network(subnet.cidr)
            held = self._subnets.setdefault((network.version, network.prefixlen), {})
            held[int(network.network_address)] = subnet
        self._wanted = spans_of(info.scope.targets)
        self._denied = spans_of(info.scope.exclude)
        self._broken = info.status is RunStatus.PARTIAL and not _swept(coverage)

    def why_not(self, text: str, device: Device) -> str | None:
        scope = self._info.scope
        if not scope.targets:
            return "the run asked no address: it only listened, or read files"
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            return f"{text} is no address that could be asked"
        if _within(address, self._denied):
            return f"{text} is excluded from the scope"
        row = self._row(address)
        if row is None:
            return f"{text} is not in the scope"
        if row.state is not SubnetState.ANSWERED:
            return _STATES[row.state].format(row.cidr)
        if not _whole(row) and not _within(address, self._wanted):
            return f"{row.targets:,} addresses of {row.cidr} were asked, perhaps not {text}"
        if address.version == 6 and row.targets > ENUMERABLE_V6:
            return f"{row.cidr} is too large to be asked address by address"
        if self._broken:
            return "the run ended before everything in scope was asked"
        return _other_ports(scope, device)

    def _row(self, address: IPv4Address | IPv6Address) -> Subnet | None:
        """The narrowest subnet of the coverage that holds the address."""
        value, bits = int(address), address.max_prefixlen
        for version, length in sorted(self._subnets, reverse=True):
            if version == address.version:
                first = value >> (bits - length) << (bits - length)
                row = self._subnets[version, length].get(first)
                if row is not None:
                    return row
        return None


def _swept(coverage: Coverage) -> bool:
    """True for a run whose sweep came to its end, whatever made it partial."""
    return any(method.name in _SWEEPS for method in coverage.methods)


def _whole(row: Subnet) -> bool:
    network = ipaddress.ip_network(row.cidr)
    hosts = network.num_addresses
    if network.version == 4 and network.prefixlen <= 30:
        hosts -= 2
    return row.targets >= hosts


def _other_ports(scope: ScopeRecord, device: Device) -> str | None:
    known = {
        port.port for port in device.ports if port.status == "open" and port.transport == "tcp"
    }
    if known and scope.ports and not known & set(scope.ports):
        shown = ", ".join(map(str, sorted(known)))
        return f"it was known by port {shown}, which the run did not ask"
    return None


def spans_of(texts: Iterable[str]) -> tuple[SpanSet, SpanSet]:
    """IPv4 and IPv6 spans of addresses, CIDRs and ranges; names, interfaces and files are left
    out, for what they meant on the day of the run is not kept."""
    v4: list[SpanSet] = []
    v6: list[SpanSet] = []
    for text in texts:
        if text.startswith("@"):
            continue
        try:
            four, six = whole_networks([text])
        except ScopeError:
            continue
        v4.append(four)
        v6.append(six)
    return _joined(v4), _joined(v6)


def _joined(sets: list[SpanSet]) -> SpanSet:
    return SpanSet.of(span for each in sets for span in each.spans)


def _within(address: IPv4Address | IPv6Address, spans: tuple[SpanSet, SpanSet]) -> bool:
    return int(address) in spans[0 if address.version == 4 else 1]
