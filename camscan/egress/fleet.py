"""Several devices of one maker that begin to call the same destination together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from camscan.egress.talk import Talk, time_of
from camscan.model.device import Device

WINDOW = 900.0  # seconds between the first call of the first and of the last device
FEWEST = 3
_BEFORE = 60.0


class Fleet(Struct, frozen=True, kw_only=True):
    """`talks` by id; `of` devices of that maker were watched; `began` and `spread` in seconds;
    `onset` when the captures began at least a minute before the first of the calls."""

    subject: str
    maker: str | None
    maker_name: str
    devices: tuple[str, ...]
    talks: tuple[str, ...]
    of: int
    began: float
    spread: float
    onset: bool

    @property
    def text(self) -> str:
        """In words, for a reason."""
        maker = self.maker_name
        at = f"{time_of(self.began):%Y-%m-%d %H:%M:%S} UTC"
        return (
            f"{len(self.devices)} of {self.of} devices of {maker} called {self.subject},"
            f" the first at {at}, the last of them {self.spread:.0f} s later"
            + (", and none had before in this capture" if self.onset else "")
        )


def subject_of(name: str | None, peer: str | None) -> str:
    """What counts as the same destination: the name, else the address."""
    return name or peer or "unknown"


def fleets(talks: Iterable[Talk], watched: Mapping[str, Device], start: float) -> tuple[Fleet, ...]:
    """Fleets among `talks` (the unexpected calls); one per maker and destination.

    `start` is when the captures began (seconds): what was there from the first minute on did
    not begin.
    """
    groups: dict[tuple[str | None, str], dict[str, list[Talk]]] = {}
    for talk in talks:
        if talk.device is not None:
            key = (_maker(talk.device), subject_of(talk.name, talk.peer))
            groups.setdefault(key, {}).setdefault(talk.device.id, []).append(talk)
    totals = Counter(_maker(device) for device in watched.values())
    found = []
    for (maker, subject), by_device in groups.items():
        firsts = {name: min(talk.first for talk in own) for name, own in by_device.items()}
        together = _together(firsts)
        if len(together) < FEWEST:
            continue
        members = [talk for device in together for talk in by_device[device]]
        began = firsts[together[0]]
        device = members[0].device
        name = device.maker.name if device is not None and device.maker is not None else "unknown"
        found.append(
            Fleet(
                subject=subject,
                maker=maker,
                maker_name=name if maker else "unknown maker",
                devices=tuple(together),
                talks=tuple(talk.id for talk in members),
                of=totals[maker],
                began=began,
                spread=firsts[together[-1]] - began,
                onset=began - start >= _BEFORE,
            )
        )
    return tuple(found)


def _maker(device: Device) -> str | None:
    return device.maker.id if device.maker is not None else None


def _together(starts: Mapping[str, float]) -> list[str]:
    """The largest set of devices whose first calls lie within the window, earliest first."""
    ordered = sorted(starts, key=lambda device: (starts[device], device))
    best: list[str] = []
    low = 0
    for high, device in enumerate(ordered):
        while starts[device] - starts[ordered[low]] > WINDOW:
            low += 1
        if high - low + 1 > len(best):
            best = ordered[low : high + 1]
    return best
