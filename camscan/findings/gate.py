"""Which findings make a CI job fail."""

from __future__ import annotations

from msgspec import Struct

from camscan.model.finding import Finding, FindingStatus, Severity


class Gate(Struct, frozen=True, kw_only=True):
    """`fail_on` is the lowest severity that counts (None: none does); with `new_only`, which
    `--baseline` sets, findings that the baseline knows do not."""

    fail_on: Severity | None = None
    new_only: bool = False

    def stands(self, finding: Finding) -> bool:
        """True when nobody accepted it, it is not gone, and the baseline does not know it."""
        standing = {FindingStatus.NEW}
        if not self.new_only:
            standing.add(FindingStatus.KNOWN)
        return finding.status in standing

    def stops(self, finding: Finding) -> bool:
        """True when it stands and is as severe as `fail_on` or more."""
        return (
            self.fail_on is not None
            and self.stands(finding)
            and finding.severity.reaches(self.fail_on)
        )
