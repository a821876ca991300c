"""Which addresses are watched, and which networks count as inside."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

from camscan.egress.address import Network, is_global, is_inside, parse
from camscan.egress.policy import Policy
from camscan.model.device import Device
from camscan.model.flow import Flow
from camscan.model.run import Run

_WIDEST = 8


def packed_addresses(devices: Iterable[Device]) -> frozenset[bytes]:
    """All addresses of the devices as the captures hold them."""
    found = (parse(address) for device in devices for address in device.addresses)
    return frozenset(address.packed for address in found if address is not None)


def packed_macs(devices: Iterable[Device]) -> frozenset[bytes]:
    """All MACs of the devices; malformed ones are left out."""
    found = set()
    for device in devices:
        text = (device.mac or "").replace(":", "")
        if len(text) == 12 and all(digit in "0123456789abcdefABCDEF" for digit in text):
            found.add(bytes.fromhex(text))
    return frozenset(found)


def own_networks(run: Run | None) -> tuple[Network, ...]:
    """Public networks of the user: scanned targets and addresses of devices.

    Networks wider than /8 are not taken as anybody's own.
    """
    if run is None:
        return ()
    texts = [*run.run.scope.targets, *(a for device in run.devices for a in device.addresses)]
    found: dict[Network, None] = {}
    for text in texts:
        try:
            network = ip_network(text.partition("%")[0], strict=False)
        except ValueError:
            continue
        if network.prefixlen >= _WIDEST and is_global(network.network_address):
            found[network] = None
    return tuple(found)


def inside_addresses(
    flows: Iterable[Flow], policy: Policy, own: tuple[Network, ...]
) -> frozenset[str]:
    """Every inside unicast address that a flow names."""
    found = set()
    for flow in flows:
        for text in (flow.source, flow.peer):
            address = parse(text) if text else None
            if address is None or address.is_multicast or address.is_unspecified:
                continue
            if str(address) == "255.255.255.255" or not is_inside(address, policy.internal + own):
                continue
            found.add(str(text))
    return frozenset(found)
