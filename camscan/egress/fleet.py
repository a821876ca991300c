"""Several devices of one maker that begin to call the same destinations together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from camscan.egress.talk import Talk, time_of
from camscan.model.device import Device

WINDOW = 900.0  # seconds between the first call of the first and of the last device
FEWEST = 3
_BEFORE = 60.0
_NAMED = 4


class Fleet(Struct, frozen=True, kw_only=True):
    """`talks` by id; `of` devices of that maker were watched; `began` and `spread` in seconds;
    `onset` when the captures began at least a minute before the first of the calls; `volleys` the
    port (`udp/32100`) when all of them are volleys to relays."""

    destinations: tuple[str, ...]
    volleys: str | None = None
    maker: str | None
    maker_name: str
    devices: tuple[str, ...]
    talks: tuple[str, ...]
    of: int
    began: float
    spread: float
    onset: bool

    @property
    def subject(self) -> str:
        """What names the event in every reading."""
        return subject_of_event(self.destinations, self.volleys)

    @property
    def text(self) -> str:
        """In words, for a reason; the same for all talks of the fleet, and of no other."""
        maker = self.maker_name
        at = f"{time_of(self.began):%Y-%m-%d %H:%M:%S} UTC"
        return (
            f"{len(self.devices)} of {self.of} devices of {maker} called"
            f" {destinations_text(self.destinations)},"
            f" the first at {at}, the last of them {self.spread:.0f} s later"
            + (", and none had before in this capture" if self.onset else "")
        )


class _Group:
    """Calls by device, and those of them that began together."""

    def __init__(self) -> None:
        self.talks: dict[str, list[Talk]] = {}
        self.firsts: dict[str, float] = {}
        self.members: list[str] = []

    def add(self, talk: Talk, device: str) -> None:
        self.talks.setdefault(device, []).append(talk)

    def settle(self) -> _Group:
        """Find who began together."""
        self._find_firsts()
        self.members = _together(self.firsts)
        return self

    def _find_firsts(self) -> None:
        self.firsts = {name: min(one.first for one in own) for name, own in self.talks.items()}

    @property
    def began(self) -> float:
        return self.firsts[self.members[0]]

    def same_event(self, other: _Group) -> bool:
        """True when half of the smaller one's devices are the other's too, at the same time."""
        shared = len(set(self.members) & set(other.members))
        fewer = min(len(self.members), len(other.members))
        return abs(self.began - other.began) <= WINDOW and 2 * shared >= fewer

    def join(self, other: _Group) -> None:
        """Take over the calls of those who began together in `other`."""
        for group in (self, other):
            group.talks = {name: group.talks[name] for name in group.members}
        for name, own in other.talks.items():
            self.talks.setdefault(name, []).extend(own)
        self._find_firsts()
        self.members = sorted(self.firsts, key=lambda device: (self.firsts[device], device))


def subject_of(name: str | None, peer: str | None) -> str:
    """What counts as the same destination: the name, else the address."""
    return name or peer or "unknown"


def subject_of_event(destinations: tuple[str, ...], volleys: str | None) -> str:
    """What stays the same from day to day: relays change, their port does not."""
    if volleys is not None and len(destinations) > 1:
        return f"volleys {volleys}"
    return " ".join(destinations)


def destinations_text(destinations: tuple[str, ...]) -> str:
    """`a.example`, or `6 destinations (a.example, b.example, … and 2 more)`."""
    if len(destinations) == 1:
        return destinations[0]
    shown = ", ".join(destinations[:_NAMED])
    more = len(destinations) - _NAMED
    return f"{len(destinations)} destinations ({shown}{f' and {more} more' if more > 0 else ''})"


def fleets(
    talks: Iterable[Talk],
    watched: Mapping[str, Device],
    start: float,
    *,
    volleys: frozenset[str] = frozenset(),
) -> tuple[Fleet, ...]:
    """Fleets among `talks` (the unexpected calls), each one event of one maker's devices.

    Who calls the same destination belongs together, and so do destinations that the same devices
    begin to call at the same time. Of `volleys` (ids: UDP to many hosts at once) the port counts
    and not the host, for each device is told other relays. `start` is when the captures began
    (seconds): what was there from the first minute on did not begin.
    """
    groups: dict[tuple[str | None, str], _Group] = {}
    for talk in talks:
        if talk.device is not None:
            subject = subject_of(talk.name, talk.peer)
            if talk.id in volleys:
                subject = f"{talk.protocol}/{talk.port}"
            key = (_maker(talk.device), subject)
            groups.setdefault(key, _Group()).add(talk, talk.device.id)
    events: dict[str | None, list[_Group]] = {}
    for (maker, _), group in groups.items():
        if len(group.settle().members) >= FEWEST:
            _take(events.setdefault(maker, []), group)
    totals = Counter(_maker(device) for device in watched.values())
    return tuple(
        _fleet(maker, event, totals[maker], start, volleys)
        for maker, own in events.items()
        for event in own
    )


def _take(events: list[_Group], group: _Group) -> None:
    """Add a group to the event that it belongs to; it may be the link between several."""
    for event in [event for event in events if event.same_event(group)]:
        events.remove(event)
        group.join(event)
    events.append(group)


def _fleet(
    maker: str | None, event: _Group, of: int, start: float, volleys: frozenset[str]
) -> Fleet:
    members = [talk for device in event.members for talk in event.talks[device]]
    device = members[0].device
    name = device.maker.name if device is not None and device.maker is not None else "unknown"
    ports = {f"{talk.protocol}/{talk.port}" for talk in members}
    volley = len(ports) == 1 and all(talk.id in volleys for talk in members)
    return Fleet(
        volleys=next(iter(ports)) if volley else None,
        destinations=tuple(sorted({subject_of(talk.name, talk.peer) for talk in members})),
        maker=maker,
        maker_name=name if maker else "unknown maker",
        devices=tuple(event.members),
        talks=tuple(talk.id for talk in members),
        of=of,
        began=event.began,
        spread=event.firsts[event.members[-1]] - event.began,
        onset=event.began - start >= _BEFORE,
    )


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
