"""`unused-exception`: an exception of camscan.toml accepts nothing that this run found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from camscan.config import ExceptionConfig
from camscan.findings.checked import Checked
from camscan.findings.expired_exception import has_ended
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class UnusedException:
    """One finding per exception whose rule was checked and which accepted nothing."""

    id = "unused-exception"

    def __init__(self, exceptions: Sequence[ExceptionConfig] = ()) -> None:
        self._exceptions = exceptions

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the configuration; the run's own findings are looked at."""
        devices = {device.id: device for device in run.devices}
        checked = Checked(run)
        for one in self._exceptions:
            if has_ended(one, run) or checked.reason(one.rule) is not None:
                continue
            if any(accepts(one, found, devices) for found in run.findings):
                continue
            yield Finding(
                id=finding_id(self.id, None, one.text),
                rule=self.id,
                severity=Severity.INFO,
                title=f"An exception for {one.rule} accepts nothing",
                device=None,
                detail=f"{one.text}.",
                advice="Remove it from [[exceptions]] of camscan.toml when it is not needed.",
            )


def accepts(exception: ExceptionConfig, finding: Finding, devices: dict[str, Device]) -> bool:
    """True when rule, device and site of the exception fit the finding, ended or not."""
    if exception.rule != finding.rule:
        return False
    device = devices.get(finding.device or "")
    if exception.site is not None and (device is None or device.site != exception.site):
        return False
    if exception.device is None:
        return True
    if device is None:
        return exception.device == finding.device
    return exception.device in {device.id, device.mac, device.serial, *device.addresses}
