"""`oem-of-listed-maker`: a device of another brand whose electronics a listed company makes."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.list_finding import list_finding, lists_named, severity_of
from camscan.findings.unchecked import skips_of, watched
from camscan.lists.judge import Judge
from camscan.lists.match import MatchKind, known_maker
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.identity import Band
from camscan.model.run import Run

KINDS = frozenset({MatchKind.OEM})


class OemOfListedMaker:
    """One finding per device, `low` unless [lists] of camscan.toml says otherwise: the chain from
    brand to maker is told with its evidence."""

    id = "oem-of-listed-maker"

    def __init__(self, judge: Judge) -> None:
        self._matches = judge.matches
        self._severities = judge.data.severities

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in watched(run):
            maker = known_maker(device)
            if maker is None or device.brand is None or device.brand.id == maker.id:
                continue
            matches = self._matches(device)
            count = lists_named(matches, KINDS)
            if not count:
                continue
            lists = "1 list names" if count == 1 else f"{count} lists name"
            said = f"is made by {maker.name}, a company that {lists}"
            named = [each for each in matches if each.kind in KINDS]
            severity = severity_of(named, self._severities, Severity.LOW)
            yield list_finding(self.id, severity, device, matches, KINDS, said)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices whose brand is known and whose maker is not."""
        return skips_of(
            self.id,
            (
                ("the brand is known and who makes it is not", device)
                for device in watched(run)
                if _brand_only(device)
            ),
        )


def _brand_only(device: Device) -> bool:
    brand = device.brand
    known = brand is not None and brand.band.reaches(Band.PROBABLE)
    return known and known_maker(device) is None
