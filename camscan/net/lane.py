"""The ways out of this machine that a sweep of raw frames takes, and what has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING

from msgspec import Struct

from camscan.net.interface import Interface, interfaces
from camscan.net.link_layer import LinkLayer, link_layer
from camscan.net.route import Route, Routes
from camscan.net.stretch import Stretch, stretches
from camscan.scope import Scope

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NO_LANE = -1


class Lane(Struct, frozen=True, kw_only=True):
    """One interface, own address and next hop; `gateway` None: the targets are on-link."""

    layer: LinkLayer
    version: int
    source: str
    gateway: str | None = None


class Lanes:
    """Which lane each target takes; their numbers are those of a TargetList of the same scope.

    `refusals` counts the addresses that no raw frame reaches, by reason: no route, a tunnel,
    loopback, an address of this machine.
    """

    def __init__(self, scope: Scope, links: Sequence[Interface] | None = None) -> None:
        self.lanes: list[Lane] = []
        self.refusals: Counter[str] = Counter()
        self._links = tuple(interfaces() if links is None else links)
        self._layers: dict[int, LinkLayer] = {}
        self._starts: list[int] = []
        self._numbers: list[int] = []
        self._sizes: list[int] = []
        with Routes() as routes:
            for stretch in stretches(scope):
                if stretch.zones:
                    self._local(stretch)
                    continue
                for route in routes.of(stretch.version, (stretch.span,)):
                    start = stretch.start + route.span.first - stretch.span.first
                    self._add(start, self._number(route), route.span.size)

    def of(self, indices: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The lane's number for each target, NO_LANE where there is none."""
        import numpy as np  # not where lanes are only counted

        which = np.searchsorted(self._starts, indices, side="right") - 1
        return np.asarray(self._numbers, dtype=np.int64)[which]

    def close(self, number: int, reason: str) -> None:
        """The lane leads nowhere: its addresses have none."""
        for at, held in enumerate(self._numbers):
            if held == number:
                self._numbers[at] = NO_LANE
                self.refusals[reason] += self._sizes[at]

    def _add(self, start: int, number: int, size: int) -> None:
        self._starts.append(start)
        self._numbers.append(number)
        self._sizes.append(size)

    def _number(self, route: Route) -> int:
        reason = route.reason
        if reason is None:
            layer = self._layer(route.index)
            reason = layer.reason
            source = route.source or self._own(layer.name, route.version)
            if reason is None and source is None:
                reason = f"{layer.name} has no IPv{route.version} address"
            if reason is None and source is not None:
                return self._lane(
                    Lane(layer=layer, version=route.version, source=source, gateway=route.gateway)
                )
            reason = f"{layer.name}: {reason}"
        self.refusals[reason] += route.span.size
        return NO_LANE

    def _local(self, stretch: Stretch) -> None:
        """Link-local addresses, whose zones take turns: each is a stretch of its own step."""
        numbers = []
        by_name = {link.name: link.index for link in self._links}
        for zone in stretch.zones:
            layer = self._layer(by_name.get(zone, 0))
            source = self._own(zone, 6, local=True)
            if layer.reason or source is None:
                self.refusals[f"{zone}: {layer.reason or 'no link-local address'}"] += (
                    stretch.span.size
                )
                numbers.append(NO_LANE)
            else:
                numbers.append(self._lane(Lane(layer=layer, version=6, source=source)))
        if len(set(numbers)) == 1:
            self._add(stretch.start, numbers[0], stretch.size)
            return
        for turn in range(stretch.size):
            self._add(stretch.start + turn, numbers[turn % len(numbers)], 1)

    def _lane(self, lane: Lane) -> int:
        if lane not in self.lanes:
            self.lanes.append(lane)
        return self.lanes.index(lane)

    def _layer(self, index: int) -> LinkLayer:
        if index not in self._layers:
            self._layers[index] = link_layer(index)
        return self._layers[index]

    def _own(self, name: str, version: int, *, local: bool = False) -> str | None:
        for link in self._links:
            if link.name == name:
                for own in link.of_version(version):
                    address = own.address.partition("%")[0]
                    if ip_address(address).is_link_local == local or version == 4:
                        return address
        return None
