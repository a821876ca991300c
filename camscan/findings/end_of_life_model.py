"""`end-of-life-model`: support of a device's model has ended, or may have, by a published source.

A model that no source of the data names is not named in the data of its date, and no more than
that: it is skipped and never passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from camscan.findings.exposed import exposure, told, video
from camscan.lists.judge import Judge
from camscan.lists.lifecycle import EndOfLife
from camscan.model.coverage import Skip
from camscan.model.device import Device
from camscan.model.finding import Finding, Severity
from camscan.model.identity import Band
from camscan.model.run import Run

_ENDED = (
    "Plan to replace it: faults that are found from now on are not repaired. Until then let only"
    " those who manage it, and its recorder, reach it."
)
_UNSURE = (
    "Ask the maker whether this model is still supported, and until when, and plan for its"
    " replacement by then."
)
_TO_COME = "Plan for its replacement by then: faults that are found later are not repaired."
_SOON = timedelta(days=365)


class EndOfLifeModel:
    """One finding per device: `medium` where the source says that support has ended, `low` where
    it says that it may have or will within a year, or where the model is only possible; `info`
    where the day is further off."""

    id = "end-of-life-model"

    def __init__(self, judge: Judge) -> None:
        self._by_owner: dict[str, list[EndOfLife]] = {}
        for end in judge.data.ends:
            self._by_owner.setdefault(end.of, []).append(end)
        self._date = max((end.reviewed for end in judge.data.ends), default=None)

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices."""
        for device in video(run):
            end = self._end(device)
            if end is not None:
                yield self._finding(run, device, end)

    def _end(self, device: Device) -> EndOfLife | None:
        model = device.model
        if model is None or model.band is Band.UNKNOWN:
            return None
        for claim in (device.brand, device.maker):
            if claim is None or not claim.band.reaches(Band.PROBABLE):
                continue
            for end in self._by_owner.get(claim.id, ()):
                if end.names(model.value):
                    return end
        return None

    def _finding(self, run: Run, device: Device, end: EndOfLife) -> Finding:
        model = device.model
        assert model is not None
        name = told(model.value)
        sure = model.band.reaches(Band.PROBABLE)
        said, severity, advice = _verdict(end, run.run.ended.date())
        day = f" Day: {end.on}." if end.on is not None else ""
        held = set(model.evidence)
        return exposure(
            self.id,
            severity if sure or severity is Severity.INFO else Severity.LOW,
            device,
            f"{'is' if sure else 'may be'} model {name}, whose {said}",
            detail=(
                f"Model {name} ({model.band}). {end.says}{day} Data of {end.reviewed}:"
                " ask the maker before you act on it."
            ),
            advice=advice if sure else _UNSURE,
            evidence=[item for item in device.evidence if item.id in held],
            subject=end.id,
            references=end.source,
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Every device that no source names, in one Skip: the data is short, and silence is no
        support."""
        if any(self._end(device) is None for device in video(run)):
            yield Skip(
                subject="all other devices",
                what=self.id,
                reason=f"their models are not named in the end-of-life data of {self._date}",
            )


def _verdict(end: EndOfLife, today: date) -> tuple[str, Severity, str]:
    """What is said of the support, how severe it is, and the advice."""
    if end.state == "may-have-ended":
        return "support may have ended", Severity.LOW, _UNSURE
    if end.on is None or end.on <= today:
        return "support has ended", Severity.MEDIUM, _ENDED
    soon = end.on - today <= _SOON
    severity = Severity.LOW if soon else Severity.INFO
    return f"support ends on {end.on}", severity, _TO_COME
