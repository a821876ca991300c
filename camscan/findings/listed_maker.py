"""`listed-maker`: a procurement or export list names the maker of a device, or its group."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.findings.list_finding import list_finding, lists_named, severity_of
from camscan.findings.unchecked import is_video, skips_of, watched
from camscan.lists.judge import Judge
from camscan.lists.match import MatchKind, known_maker
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

KINDS = frozenset({MatchKind.NAMED, MatchKind.AFFILIATE})


class ListedMaker:
    """One finding per device, on however many lists.

    `low` where a list with a legal form names the maker or its group; `info` where only a report
    does, where HCWS386, which names nobody, speaks of makers from that country, and where nobody
    can tell whether a listed company is the maker. [lists] of camscan.toml may say otherwise.
    """

    id = "listed-maker"

    def __init__(self, judge: Judge) -> None:
        self._matches = judge.matches
        self._severities = judge.data.severities

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in watched(run):
            matches = self._matches(device)
            if any(each.kind is MatchKind.OEM for each in matches):
                continue
            named = [each for each in matches if each.kind in KINDS]
            context = [each for each in matches if each.context]
            unsure = [each for each in matches if each.kind is MatchKind.UNKNOWN and each.entity]
            count = lists_named(matches, KINDS)
            default = Severity.LOW if count else Severity.INFO
            if count:
                exact = any(each.kind is MatchKind.NAMED for each in named)
                link = "is made by" if exact else "is of the group of"
                lists = "1 list names" if count == 1 else f"{count} lists name"
                about, said = named, f"{link} a company that {lists}"
            elif context:
                about = context
                said = "has a maker with its head office in the PRC; no list in force names it"
            elif unsure:
                about = unsure
                said = "may be of a company that a list names; the relation is not determined"
            elif named:
                about, said = named, "has a name that a report without legal force mentions"
            else:
                continue
            severity = severity_of(about, self._severities, default)
            yield list_finding(self.id, severity, device, matches, KINDS, said)

    def skips(self, run: Run) -> Iterable[Skip]:
        """Cameras and recorders whose maker is unknown or only possible."""
        return skips_of(
            self.id,
            (
                ("the maker is unknown", device)
                for device in watched(run)
                if is_video(device) and known_maker(device) is None
            ),
        )
