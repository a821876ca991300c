"""Judging as it goes: each new talk once, fleets once, in bounded memory and time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from camscan.egress.address import is_inside
from camscan.egress.analyse import ROLE_CODES, Inputs, Judged
from camscan.egress.destination import KnownDestinations
from camscan.egress.event import (
    Event,
    conversation_event,
    device_name,
    fleet_event,
    more_event,
)
from camscan.egress.fleet import WINDOW, Fleet, fleets, subject_of
from camscan.egress.hole_punch import hole_punching
from camscan.egress.inside_scan import inside_scans
from camscan.egress.judge import Judge, Seen
from camscan.egress.lately import Lately
from camscan.egress.reason import Code, Reason, severity_of
from camscan.egress.rise import Rises
from camscan.egress.talk import Talk, talks
from camscan.egress.watch import inside_addresses, own_networks
from camscan.egress.who import DeviceIndex
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity
from camscan.model.flow import Flow

TOLD_A_MINUTE = 20
"""Conversations of one device that are told one by one within a minute."""
JUDGED_A_MINUTE = 300
"""New talks of one device that are judged one by one within a minute."""
_MINUTE = 60.0
_ANY_ADDRESS = "192.0.32.8"
_TALKS, _RECENT, _LINKS = 200_000, 2_000, 10_000


class _Minute:
    """What one device did in its present minute."""

    __slots__ = ("at", "began", "judged", "left_out", "name", "told")

    def __init__(self, began: float, at: float, name: str) -> None:
        self.began = began
        self.at = at
        self.name = name
        self.judged = 0
        self.told = 0
        self.left_out = 0


class LiveJudge:
    """Flows in, events out. `clock` is monotonic, so steps of the wall clock do no harm."""

    def __init__(self, inputs: Inputs, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._inputs = inputs
        self._clock = clock
        self._started = clock()
        self._own = own_networks(inputs.run)
        self._inside = inputs.policy.internal + self._own
        self._known = KnownDestinations.of(inputs.fingerprints)
        self._watched = inputs.watched
        self._seen_talks = Lately[str](_TALKS)
        self._contacts = Lately[tuple[str, str]](_TALKS)
        self._fleets: deque[_Told] = deque(maxlen=_RECENT)
        self._links: dict[tuple[str, str], Flow] = {}
        self._index = DeviceIndex(inputs.devices, holdings=inputs.holdings)
        self._starts: dict[str, float] = {}
        self._resolving: set[str] = set()
        self._both_ways = False
        self._recent: deque[Talk] = deque(maxlen=_RECENT)
        self._unexpected: deque[Judged] = deque(maxlen=_RECENT)
        self._minutes: dict[str, _Minute] = {}
        self._rises = Rises(clock)
        self._first: float | None = None
        self.judged = 0
        self.told = 0
        inputs.geo.lookup(_ANY_ADDRESS)  # unpacks the tables now, not at the first alert

    def resolves(self, clients: Iterable[str]) -> None:
        """DNS questions of these addresses were seen."""
        if len(self._resolving) < _LINKS:
            self._resolving.update(clients)

    def contacted(self, client: str, peers: Iterable[str]) -> bool:
        """Whether the client was seen to talk to one of the addresses."""
        return any((client, peer) in self._contacts for peer in peers)

    def look(
        self,
        flows: Iterable[Flow],
        answers: dict[tuple[str, str], tuple[str, ...]] | None = None,
    ) -> list[Event]:
        """The events of flows that are new."""
        fresh = list(flows)
        if fresh:
            self._note(fresh)
        new = [talk for talk in self._talks(fresh, answers or {}) if self._is_new(talk)]
        self._recent.extend(new)
        found = self._judged(new)
        events = self._events(found)
        for one in found:
            self._rises.hold(one)
        events += self._risen()
        self.told += len(events)
        return events + self._tails()

    def left_out(self, counts: Mapping[str, int], at: float) -> None:
        """New connections, by address, that found no room before they could be judged."""
        for address, count in counts.items():
            device = self._index.find(address, None, at)
            if not self._inputs.all_devices and (device is None or device.id not in self._watched):
                continue
            who = device.id if device is not None else address
            if who not in self._minutes:
                self._minutes[who] = _Minute(self._clock(), at, device_name(device, address))
            self._minutes[who].left_out += count

    def finish(self) -> list[Event]:
        """What is left to tell at the end."""
        return self._tails(every=True)

    def _note(self, flows: list[Flow]) -> None:
        """Who was first seen when, and which MAC sends from which address."""
        before = len(self._links)
        for flow in flows:
            self._first = flow.first if self._first is None else min(self._first, flow.first)
            self._both_ways = self._both_ways or bool(flow.packets_in and flow.packets_out)
            if flow.peer is not None:
                self._contacts.add((flow.source, flow.peer))
            for address in (flow.source, flow.peer):
                if address is not None and len(self._starts) < _TALKS:
                    self._starts.setdefault(address, flow.first)
            if flow.source_mac is not None and len(self._links) < _LINKS:
                self._links.setdefault((flow.source_mac, flow.source), flow)
        if len(self._links) != before:
            inputs = self._inputs
            self._index = DeviceIndex(
                inputs.devices, holdings=inputs.holdings, flows=self._links.values()
            )

    def _talks(
        self, flows: list[Flow], answers: dict[tuple[str, str], tuple[str, ...]]
    ) -> tuple[Talk, ...]:
        every = self._inputs.all_devices
        inside = inside_addresses(flows, self._inputs.policy, self._own) if every else ()
        return talks(
            flows,
            self._index,
            answers,
            watched=None if every else self._watched,
            inside=inside,
        )

    def _is_new(self, talk: Talk) -> bool:
        """Not seen before, and within what its device may have judged in a minute."""
        if not self._seen_talks.add(talk.id):
            self._rises.add(talk)
            return False
        minute = self._minute(talk)
        if minute.judged >= JUDGED_A_MINUTE:
            minute.left_out += 1
            return False
        minute.judged += 1
        return True

    def _minute(self, talk: Talk) -> _Minute:
        who = talk.device.id if talk.device is not None else talk.address
        if who not in self._minutes:
            self._minutes[who] = _Minute(
                self._clock(), talk.first, device_name(talk.device, talk.address)
            )
        return self._minutes[who]

    def _risen(self) -> list[Event]:
        """Talks that were told and have become an upload, or worse in another way: once each."""
        events = []
        for one in self._judged(self._rises.due()):
            before = self._rises.risen(one)
            if before is not None:
                events.append(conversation_event(one, before))
        return events

    def _judged(self, new: list[Talk]) -> list[Judged]:
        """The unexpected ones of some talks."""
        if not new:
            return []
        judge = Judge(
            self._inputs.policy,
            self._inputs.geo,
            self._known,
            Seen(
                starts=self._starts,
                resolving=frozenset(self._resolving),
                both_ways=self._both_ways,
                watched=self._clock() - self._started,
                together=self._together(),
            ),
            self._own,
            self._inputs.usual,
        )
        self.judged += len(new)
        return [
            Judged(talk=talk, verdict=verdict, reasons=tuple(reasons), place=judge.place(talk))
            for talk in new
            for verdict, reasons in (judge.verdict(talk),)
            if verdict is Verdict.UNEXPECTED
        ]

    def _together(self) -> dict[str, Reason]:
        within: list[Talk] = []
        outside: list[Talk] = []
        for talk in self._recent:
            if talk.peer_address is not None:
                side = within if is_inside(talk.peer_address, self._inside) else outside
                side.append(talk)
        return inside_scans(within) | hole_punching(outside)

    def _events(self, found: list[Judged]) -> list[Event]:
        """One event a fleet; the others one by one, as many as a minute allows."""
        if not found:
            return []
        calls = [one for one in found if not ROLE_CODES & {r.code for r in one.reasons}]
        self._unexpected.extend(calls)
        newest = max(one.talk.first for one in found)
        recent = [o for o in self._unexpected if abs(newest - o.talk.first) <= WINDOW]
        severities = {o.talk.id: severity_of(tuple(map(str, o.reasons))) for o in recent}
        events = []
        volleys = frozenset(
            o.talk.id for o in recent if any(r.code is Code.HOLE_PUNCHING for r in o.reasons)
        )
        together = fleets(
            [o.talk for o in recent], self._watched, self._first or 0.0, volleys=volleys
        )
        for fleet in together:
            told = next((told for told in self._fleets if told.is_same(fleet)), None)
            if told is not None:
                told.devices.update(fleet.devices)
                told.destinations.update(fleet.destinations)
            else:
                self._fleets.append(_Told(fleet))
                worst = max((severities[talk] for talk in fleet.talks), key=_rank)
                events.append(fleet_event(fleet, worst))
        for one in found:
            device = one.talk.device
            maker = device.maker.id if device is not None and device.maker is not None else None
            subject = subject_of(one.talk.name, one.talk.peer)
            if any(told.has(maker, subject, one.talk.first) for told in self._fleets):
                continue
            minute = self._minute(one.talk)
            if minute.told >= TOLD_A_MINUTE:
                minute.left_out += 1
                continue
            minute.told += 1
            events.append(conversation_event(one))
        return events

    def _tails(self, *, every: bool = False) -> list[Event]:
        """Minutes that are over, with what they left out."""
        now = self._clock()
        over = [who for who, m in self._minutes.items() if every or now - m.began >= _MINUTE]
        events = []
        for who in over:
            minute = self._minutes.pop(who)
            if minute.left_out:
                events.append(more_event(who, minute.name, minute.left_out, minute.at))
        return events


class _Told:
    """A fleet that was told; destinations and devices that join it later are the same event."""

    def __init__(self, fleet: Fleet) -> None:
        self.maker = fleet.maker
        self.began = fleet.began
        self.devices = set(fleet.devices)
        self.destinations = set(fleet.destinations)

    def is_same(self, fleet: Fleet) -> bool:
        """True for one of the same maker and time with half of the devices, or a destination."""
        if fleet.maker != self.maker or abs(fleet.began - self.began) > 2 * WINDOW:
            return False
        shared = len(self.devices.intersection(fleet.devices))
        fewer = min(len(self.devices), len(fleet.devices))
        return 2 * shared >= fewer or not self.destinations.isdisjoint(fleet.destinations)

    def has(self, maker: str | None, subject: str, at: float) -> bool:
        """True when a call is part of it."""
        same = maker == self.maker and subject in self.destinations
        return same and abs(at - self.began) <= 2 * WINDOW


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)
