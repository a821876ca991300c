"""`older-firmware`: a device has an older firmware than it had in the baseline."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.name import name_of, run_text
from camscan.findings.unchecked import is_video
from camscan.inventory.compare import Comparison
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class OlderFirmware:
    """One finding per device, `medium`, where the maker's way of counting says which is older."""

    id = "older-firmware"

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        before = self._comparison.before.run
        for change in self._comparison.firmware:
            device = change.after
            if not change.older or not is_video(device):
                continue
            yield Finding(
                id=finding_id(self.id, device.id, change.now),
                rule=self.id,
                severity=Severity.MEDIUM,
                title=f"{name_of(device)} has older firmware than in the baseline",
                device=device.id,
                detail=f"{change.was} → {change.now}; the baseline is run {run_text(before)}.",
                advice=(
                    "Ask who put the older firmware on it: an exchange under guarantee, or a"
                    " step back on purpose. Faults that the newer one repaired may be open again:"
                    " see which it repaired, and put the newest on."
                ),
                evidence=device.firmware.evidence if device.firmware is not None else (),
            )

    def skips(self, run: Run) -> Iterable[Skip]:
        """None: versions without an order are no finding, and `camscan diff` shows them."""
        return ()
