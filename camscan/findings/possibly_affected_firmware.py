"""`possibly-affected-firmware`: an advisory may concern a device, and nobody can tell for sure."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.firmware_finding import firmware_finding
from camscan.findings.unchecked import watched
from camscan.lists.bounds import Fit
from camscan.lists.judge import Judge
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run


class PossiblyAffectedFirmware:
    """One finding per device and CVE: `medium` for a CVE of the KEV catalogue, else `low`."""

    id = "possibly-affected-firmware"

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in watched(run):
            for verdict in self._judge.verdicts(device):
                if verdict.fit is Fit.POSSIBLY:
                    exploited = verdict.advisory.kev_added is not None
                    severity = Severity.MEDIUM if exploited else Severity.LOW
                    yield firmware_finding(self.id, severity, device, verdict)

    def skips(self, run: Run) -> Iterable[Skip]:
        """None of its own: what has no maker, model or version, the other two rules name."""
        return ()
