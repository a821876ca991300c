"""`critical-firmware`: firmware in the range of another published advisory."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.firmware_finding import firmware_finding, skips
from camscan.findings.unchecked import watched
from camscan.lists.bounds import Fit
from camscan.lists.judge import Judge
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

KINDS = frozenset({"critical", "high", "unscored"})


class CriticalFirmware:
    """One finding per device and CVE: `high` from a base score of 9.0 up, else `medium`."""

    id = "critical-firmware"

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in watched(run):
            for verdict in self._judge.verdicts(device):
                if verdict.fit is Fit.AFFECTED and verdict.advisory.kind in KINDS:
                    critical = verdict.advisory.kind == "critical"
                    severity = Severity.HIGH if critical else Severity.MEDIUM
                    yield firmware_finding(self.id, severity, device, verdict)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices without maker, model or a version that can be read."""
        return skips(self.id, run, self._judge, KINDS)
