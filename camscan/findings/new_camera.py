"""`new-camera`: a camera or recorder that the baseline, which asked there, did not have."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.event import device_name
from camscan.findings.unchecked import is_video, skips_of
from camscan.inventory.compare import Comparison
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class NewCamera:
    """One finding per device of a class that surveillance has; `medium`."""

    id = "new-camera"

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        before = self._comparison.before.run
        for each in self._comparison.new:
            device = each.device
            if each.reason is not None or not is_video(device):
                continue
            name = device_name(device, device.addresses[0] if device.addresses else device.id)
            yield Finding(
                id=finding_id(self.id, device.id, ""),
                rule=self.id,
                severity=Severity.MEDIUM,
                title=f"{name} is new since the baseline",
                device=device.id,
                detail=(
                    f"Run {before.id} of {before.ended:%Y-%m-%d %H:%M} UTC asked at its address"
                    " and had no device with its MAC, serial, UUID or address."
                ),
                advice=(
                    "Ask who put it there and whether it is in the register of cameras. If it"
                    " belongs there, take a newer run as baseline (camscan baseline RUN)."
                ),
            )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices at addresses that the baseline did not ask: whether they are new is not known."""
        return skips_of(
            self.id,
            (
                (f"the baseline did not ask there: {each.reason}", each.device)
                for each in self._comparison.new
                if each.reason is not None and is_video(each.device)
            ),
        )
