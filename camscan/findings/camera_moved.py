"""`camera-moved`: a camera or recorder of the baseline has another address, site or switch port."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.findings.unchecked import is_video
from camscan.inventory.compare import Comparison, Moved
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run

_SEVERITIES = {
    "address": Severity.LOW,
    "site": Severity.MEDIUM,
    "switch port": Severity.MEDIUM,
}


class CameraMoved:
    """One finding per device: `low` for another address alone, which DHCP may give, else
    `medium`."""

    id = "camera-moved"

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        moves: dict[str, list[Moved]] = {}
        devices: dict[str, Device] = {}
        for move in self._comparison.moved:
            if is_video(move.after):
                devices[move.after.id] = move.after
                moves.setdefault(move.after.id, []).append(move)
        order = tuple(Severity)
        before = self._comparison.before.run
        for name, group in moves.items():
            device = devices[name]
            address = device.addresses[0] if device.addresses else device.id
            what = " and ".join(f"another {move.what}" for move in group)
            told = "; ".join(f"{move.what} {move.was} → {move.now}" for move in group)
            yield Finding(
                id=finding_id(self.id, device.id, "; ".join(move.now for move in group)),
                rule=self.id,
                severity=max((_SEVERITIES[move.what] for move in group), key=order.index),
                title=f"{device_name(device, address)} has {what} than in the baseline",
                device=device.id,
                detail=(
                    f"{told}. The same device by MAC, serial or UUID; the baseline is run"
                    f" {before.id} of {before.ended:%Y-%m-%d %H:%M} UTC."
                ),
                advice=(
                    "Ask who moved it. Rules of firewalls and recorders that name its old address"
                    " do not hold for it any more."
                ),
            )

    def skips(self, run: Run) -> Iterable[Skip]:
        """None: a device that is in both runs was compared."""
        return ()
