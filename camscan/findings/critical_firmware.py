"""`critical-firmware`: firmware in the range of another published advisory."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.firmware_finding import affected, skips
from camscan.lists.judge import Judge
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

_SEVERITIES = {
    "critical": Severity.HIGH,
    "high": Severity.MEDIUM,
    "unscored": Severity.MEDIUM,
}


class CriticalFirmware:
    """One finding per device and CVE: `high` from a base score of 9.0 up, else `medium`."""

    id = "critical-firmware"

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        return affected(self.id, run, self._judge, _SEVERITIES)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices without maker, model or a version that can be read."""
        return skips(self.id, run, self._judge, _SEVERITIES.keys())
