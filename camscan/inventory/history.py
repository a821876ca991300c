"""One device through several runs: where it was, what it ran, when it was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from camscan.inventory.asked import Asked
from camscan.inventory.keys import Key
from camscan.inventory.pairing import IDENTIFYING, device_keys, keys_conflict, pair_devices
from camscan.model.device import Device
from camscan.model.run import Run


class Appearance(Struct, frozen=True, kw_only=True):
    """What one run says of the device; `device` None: it is not in the run, and `reason` says why
    that means nothing (None: it was asked and did not answer)."""

    run: str
    ended: datetime
    device: Device | None
    reason: str | None = None


class Trail:
    """Follows a device from run to run, oldest first; what a run adds to its keys is kept."""

    def __init__(self, device: Device) -> None:
        self._last = device
        self._ids = {device.id}
        self._keys = _keys(device)

    def follow(self, runs: Iterable[Run]) -> Iterator[Appearance]:
        """One for each run, in the order given."""
        for run in runs:
            device = self._find(run)
            reason = None
            if device is None:
                reason = Asked(run).why_not(self._last)
            else:
                self._last = device
                self._ids.add(device.id)
                self._keys |= _keys(device)
            yield Appearance(run=run.run.id, ended=run.run.ended, device=device, reason=reason)

    def _find(self, run: Run) -> Device | None:
        """By id, by a key that nobody else in the run has, else as two runs are paired."""
        by_id = next((device for device in run.devices if device.id in self._ids), None)
        if by_id is not None:
            return by_id
        near = [device for device in run.devices if _keys(device) & self._keys]
        if len(near) == 1:
            return near[0]
        at = frozenset(self._last.addresses)
        same_place = [
            device
            for device in run.devices
            if at & frozenset(device.addresses) and not keys_conflict(_keys(device), self._keys)
        ]
        found = pair_devices([self._last], same_place).same
        return found[0][1] if found else None


def _keys(device: Device) -> frozenset[Key]:
    return frozenset(key for key in device_keys(device) if key.kind in IDENTIFYING)
