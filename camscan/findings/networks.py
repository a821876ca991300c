"""The user's word about networks: which one holds an address, and what was said of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable

from camscan.config import NetworkConfig
from camscan.model.count import class_of
from camscan.model.device import Device
from camscan.model.identity import DeviceClass

_EQUIPMENT = frozenset(
    {DeviceClass.CAMERA, DeviceClass.RECORDER, DeviceClass.ENCODER, DeviceClass.INTERCOM}
)


class Networks:
    """Those networks of `[[networks]]` for which `said` is true."""

    def __init__(
        self, networks: Iterable[NetworkConfig], said: Callable[[NetworkConfig], bool]
    ) -> None:
        held = [(one.network, one) for one in networks if said(one)]
        self._narrowest_first = sorted(held, key=lambda pair: -pair[0].prefixlen)

    def __bool__(self) -> bool:
        return bool(self._narrowest_first)

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, in the order in which they are looked at."""
        return tuple(dict.fromkeys(one.name for _, one in self._narrowest_first))

    def of(self, address: str) -> NetworkConfig | None:
        """The narrowest that holds the address; None for what is no address."""
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return None
        for network, one in self._narrowest_first:
            if network.version == parsed.version and parsed in network:
                return one
        return None


def is_equipment(device: Device) -> bool:
    """A camera, recorder, encoder or intercom; a management server may stand anywhere."""
    return class_of(device) in _EQUIPMENT
