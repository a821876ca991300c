"""`camera-gone`: a camera or recorder of the baseline was asked again and did not answer."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from camscan.egress.event import device_name
from camscan.findings.name import name_of, run_text
from camscan.findings.unchecked import is_video
from camscan.inventory.compare import Comparison, Unseen
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity, finding_id
from camscan.model.run import Run


class CameraGone:
    """One finding per device; `medium`. `device` is its id in the baseline: this run has none."""

    id = "camera-gone"

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the baseline."""
        for each in self._gone():
            if each.reason is None:
                yield self._finding(each)

    def _finding(self, each: Unseen) -> Finding:
        device = each.device
        last = f"Last in run {run_text(self._comparison.before.run)}"
        where = f", site {device.site}" if device.site is not None else ""
        now = "its address was asked and nothing answered"
        if each.replaced is not None:
            other = device_name(each.replaced, device.label)
            now = f"another device answers at its address now: {other}"
        keys = [f"MAC {device.mac}"] if device.mac else []
        keys += [f"serial {device.serial}"] if device.serial else []
        known = f" ({', '.join(keys)})" if keys else ""
        return Finding(
            id=finding_id(self.id, device.id, ""),
            rule=self.id,
            severity=Severity.MEDIUM,
            title=f"{name_of(replace(device, site=None))} is gone since the baseline",
            device=device.id,
            detail=f"{last}{where}{known}; {now}.",
            advice=(
                "Look whether it is off, broken, stolen, or moved to a network that was not"
                " scanned. If it was taken away, take a newer run as baseline (camscan baseline"
                " RUN)."
            ),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """One for each reason why silence says nothing, with the addresses."""
        groups: dict[str, list[str]] = {}
        for each in self._gone():
            if each.reason is not None:
                groups.setdefault(each.reason, []).append(each.device.label)
        for reason, names in groups.items():
            noun = "1 device" if len(names) == 1 else f"{len(names):,} devices"
            text = f"{reason}: whether {noun} of the baseline are gone: {', '.join(names)}"
            yield Skip(subject="baseline", what=self.id, reason=text)

    def _gone(self) -> Iterable[Unseen]:
        return (each for each in self._comparison.gone if is_video(each.device))
