"""`wrong-clock`: the clock of a device differs from the time at which it told it.

The device's UTC by ONVIF is held against the moment when the answer was heard. Its local time is
not judged: nobody but its owner knows which time zone it should show.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from camscan.findings.exposed import ALL, exposure, records, told, unheard, video
from camscan.model.coverage import Skip
from camscan.model.device import Device, EvidenceRecord
from camscan.model.evidence import NO_TIME
from camscan.model.finding import Finding, Severity
from camscan.model.run import Run

TOLERANCE = timedelta(seconds=60)
"""ONVIF tells whole seconds and answers within a few; a clock that follows NTP keeps to one."""

GRAVE = timedelta(hours=1)
_ZONE_STEP = timedelta(minutes=15)
_FARTHEST_ZONE = timedelta(hours=14)
_TOGETHER = timedelta(seconds=10)
_FEW = 3
_SETTINGS = {
    "onvif.clock_source": "clock source",
    "onvif.time_zone": "time zone",
    "onvif.daylight_savings": "daylight saving",
}


class Clock(Struct, frozen=True, kw_only=True):
    """One device's clock less the time when it was heard."""

    device: Device
    told: EvidenceRecord
    skew: timedelta
    source: str


class WrongClock:
    """One finding per device: `medium` from an hour on, else `low`; `low` too where the error looks
    like a time zone, for the picture may then show the right time."""

    id = "wrong-clock"

    def findings(self, run: Run) -> Iterable[Finding]:
        """Findings in the order of the devices; none where the clock that asked may be wrong."""
        clocks = _clocks(run)
        if _ours_is_wrong(clocks) is not None:
            return
        for clock in clocks:
            if abs(clock.skew) > TOLERANCE:
                yield self._finding(clock)

    def _finding(self, clock: Clock) -> Finding:
        zone = looks_like_zone(clock.skew)
        grave = abs(clock.skew) >= GRAVE and not zone
        settings = records(clock.device, *_SETTINGS)
        return exposure(
            self.id,
            Severity.MEDIUM if grave else Severity.LOW,
            clock.device,
            f"has a clock that is {length(clock.skew)} {'fast' if _fast(clock) else 'slow'}",
            detail=" ".join(_detail(clock, zone=zone, settings=settings)),
            advice=_advice(clock, zone=zone),
            evidence=[clock.told, *settings],
            references=("standard: ONVIF Core Specification, GetSystemDateAndTime",),
        )

    def skips(self, run: Run) -> Iterable[Skip]:
        """Devices that told no time, or nobody knows when; all, where most disagree with us."""
        ours = _ours_is_wrong(_clocks(run))
        if ours is not None:
            yield Skip(subject=ALL, what=self.id, reason=ours)
            return

        def why(device: Device) -> str | None:
            told = records(device, "onvif.utc_time")
            if not told:
                return "it told no time (ONVIF GetSystemDateAndTime)"
            if any(item.at != NO_TIME for item in told):
                return None
            return "when its time was heard is not known"

        yield from unheard(self.id, run, why)


def looks_like_zone(skew: timedelta) -> bool:
    """True of a difference by quarters of an hour up to 14 hours, as time zones and summer time
    make it."""
    off = abs(skew)
    steps = round(off / _ZONE_STEP)
    return (
        steps > 0
        and off <= _FARTHEST_ZONE + TOLERANCE
        and abs(off - steps * _ZONE_STEP) <= TOLERANCE
    )


def length(skew: timedelta) -> str:
    """A time span in words, one unit: `90 seconds`, `12 minutes`, `8 hours`, `9,461 days`."""
    seconds = abs(skew).total_seconds()
    for size, unit, least in ((86400, "days", 2), (3600, "hours", 2), (60, "minutes", 2)):
        if seconds >= size * least:
            return f"{round(seconds / size):,} {unit}"
    return f"{round(seconds)} seconds"


def _clocks(run: Run) -> list[Clock]:
    """The last time that each device told, and when that was."""
    found = []
    for device in video(run):
        told = [item for item in records(device, "onvif.utc_time") if item.at != NO_TIME]
        if not told:
            continue
        last = max(told, key=lambda item: item.at)
        try:
            stated = datetime.fromisoformat(last.value)
        except ValueError:
            continue
        stated = stated if stated.tzinfo is not None else stated.replace(tzinfo=UTC)
        source = records(device, "onvif.clock_source")
        found.append(
            Clock(
                device=device,
                told=last,
                skew=stated - last.at,
                source=source[-1].value if source else "",
            )
        )
    return found


def _ours_is_wrong(clocks: list[Clock]) -> str | None:
    """Why the clock of the machine that asked is to be doubted: most devices agree with each other
    and not with it."""
    skews = sorted(clock.skew for clock in clocks)
    best = first = 0
    for last, skew in enumerate(skews):
        while skew - skews[first] > _TOGETHER:
            first += 1
        if last - first + 1 > best:
            best, begin = last - first + 1, first
    if best < _FEW or best * 2 <= len(skews) or abs(skews[begin + best // 2]) <= TOLERANCE:
        return None
    off = skews[begin + best // 2]
    return (
        f"{best} of {len(skews)} devices agree with each other and are {length(off)}"
        f" {'ahead of' if off > timedelta(0) else 'behind'} the machine that asked:"
        " look at its clock first"
    )


def _fast(clock: Clock) -> bool:
    return clock.skew > timedelta(0)


def _detail(clock: Clock, *, zone: bool, settings: list[EvidenceRecord]) -> Iterable[str]:
    stated = clock.told.at + clock.skew
    yield f"It told {stated:%Y-%m-%d %H:%M:%S} UTC at {clock.told.at:%Y-%m-%d %H:%M:%S} UTC."
    if settings:
        shown = ", ".join(f"{_SETTINGS[item.field]} {told(item.value)}" for item in settings)
        yield f"Its settings: {shown}."
    if zone:
        yield (
            "By whole quarters of an hour: a wrong time zone or summer time is likely, and the"
            " time in the picture may still be right."
        )
    yield "Recordings with a wrong time are hard to use as evidence."


def _advice(clock: Clock, *, zone: bool) -> str:
    if clock.source.lower() == "ntp":
        advice = (
            "It is set to NTP and does not follow it: look whether it reaches its time server (name"
            " resolution, firewall, UDP 123)."
        )
    else:
        advice = "Let it follow a time server (NTP) inside your network."
    return f"{advice} Set the time zone and summer time too." if zone else advice
