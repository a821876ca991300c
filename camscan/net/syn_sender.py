"""Sends the rounds of a raw sweep, one packet after the other: paced, in scope, no host too soon.

It runs in a thread or in a process of its own. Between two packets stand the clocks, the gap of
each host, the hosts that are being talked to, and the scope.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

import numpy as np

from camscan.net.neighbour_frame import ArpTemplate, SolicitationTemplate
from camscan.net.packet_socket import FrameSender
from camscan.net.send_clock import SendClock
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_frame import SynTemplate
from camscan.net.syn_round import BUSY, Mask, Round, Rows, Times

_SLICE = 0.02


class Way(NamedTuple):
    """How the frames of one lane leave: interface `name` and `mac`, own address `source`."""

    name: str
    mac: bytes
    version: int
    source: str
    routed: bool


class SynSender:
    """Sends by `ways` and the sockets of the same numbers. `lock` guards `busy` and `due` of
    every Targets; `stop` ends it; `slots` frames are made at once."""

    def __init__(
        self,
        ways: Sequence[Way],
        socks: Sequence[socket.socket],
        guard: SpanGuard,
        cookies: Cookies,
        source_ports: range,
        *,
        rates: SweepRates,
        host_gap: float,
        lock: AbstractContextManager[object],
        stop: threading.Event,
        slots: int,
    ) -> None:
        self._guard = guard
        self._cookies = cookies
        self._ports = source_ports
        self._rates = rates
        self._gap = host_gap
        self._lock = lock
        self._stop = stop
        self._slots = slots
        self._clocks: tuple[SendClock, SendClock] | None = None
        self._lanes = [_Lane(way, sock, slots) for way, sock in zip(ways, socks, strict=True)]

    def send(self, one: Round) -> None:
        """Return when the last packet has left, or `stop` is set. Raises LocalFaultError."""
        rates = self._rates
        if self._clocks is None:  # they begin with the first packet
            self._clocks = (
                SendClock(rates.total, others=rates.passed),
                SendClock(rates.routed, others=rates.passed_syn),
            )
        total, routed = self._clocks
        lane = self._lanes[one.targets.lane]
        clocks = (routed, total) if lane.way.routed else (total,)
        for first in range(0, len(one.rows), self._slots):
            rows = one.rows[first : first + self._slots]
            sender, allowed = self._frames(one, lane, rows)
            at = 0
            while at < len(rows):
                total.change(rates.total)
                routed.change(rates.routed)
                end = min(at + min(clock.batch(self._slots) for clock in clocks), len(rows))
                burst = _Burst(rows[at:end], one.at[first + at : first + end], allowed[at:end], at)
                if not self._burst(one, burst, sender, clocks):
                    return
                at = end

    def _frames(self, one: Round, lane: _Lane, rows: Rows) -> tuple[FrameSender, Mask]:
        """The frames of `rows`, made and checked: the addresses that stand in them."""
        octets = one.targets.octets[rows]
        if not one.port:
            where = lane.neighbour.targets(lane.neighbour.fill(octets))
            return lane.neighbour_sender, self._guard.holds(where, lane.way.name)
        source = self._ports.start + one.attempt
        cookies = self._cookies.of(octets, one.port, source)
        frames = lane.syn.fill(one.targets.macs[rows], octets, one.port, source, cookies)
        allowed = self._guard.permits(lane.syn.targets(frames), one.port, lane.way.name)
        return lane.syn_sender, allowed

    def _burst(
        self, one: Round, burst: _Burst, sender: FrameSender, clocks: Sequence[SendClock]
    ) -> bool:
        """Send what is made when it is due; False when the sweep was stopped."""
        targets, rows = one.targets, burst.rows
        due = max(clock.wait_until() for clock in clocks)
        if one.port:
            due = max(due, float(targets.due[rows].max()))
        if not self._sleep_until(due):
            return False
        keep = targets.wanted[rows]
        if one.port:
            with self._lock:
                now = time.monotonic()
                # Also who was talked to while this burst waited: the gap begins anew for it.
                held = keep & (targets.busy[rows] | (targets.due[rows] > now))
                burst.at[held] = BUSY
                keep &= ~held
                targets.due[rows[keep]] = now + self._gap
        one.stray += int(np.count_nonzero(keep & ~burst.allowed))
        keep &= burst.allowed
        count = int(np.count_nonzero(keep))
        if not count:
            return True
        for clock in clocks:
            clock.took(count)
        now = time.monotonic()
        burst.at[keep] = now  # before they leave: who is killed here has not sent in secret
        if one.port:
            targets.sent_at[one.number, rows[keep]] = now
        stopped = not self._emit(burst, keep, count, sender)
        if one.port and self._gap:
            with self._lock:  # the gap counts from when the frames have really left
                targets.due[rows[keep]] = time.monotonic() + self._gap
        return not stopped

    def _emit(self, burst: _Burst, keep: Mask, count: int, sender: FrameSender) -> bool:
        """Send the kept frames of a burst; False when some were held up by `stop`."""
        places = np.flatnonzero(keep)
        runs = [places]
        if count != int(places[-1]) - int(places[0]) + 1:
            runs = np.split(places, np.flatnonzero(np.diff(places) != 1) + 1)
        left = 0
        for run in runs:
            first, last = burst.place + int(run[0]), burst.place + int(run[-1]) + 1
            left += sender.send_all(first, last, stopped=self._stop.is_set)
            if left < count and self._stop.is_set():
                burst.at[places[left:]] = 0
                return False
        return True

    def _sleep_until(self, due: float) -> bool:
        """Sleep; False when the sweep was stopped meanwhile."""
        while (left := due - time.monotonic()) > 0:
            if left > _SLICE:
                if self._stop.wait(_SLICE):
                    return False
            else:
                time.sleep(left)
        return not self._stop.is_set()


class _Burst(NamedTuple):
    """Rows whose frames stand from `place` on; `at` and `allowed` are theirs."""

    rows: Rows
    at: Times
    allowed: Mask
    place: int


class _Lane:
    """The templates of one way, and what sends their frames."""

    def __init__(self, way: Way, sock: socket.socket, slots: int) -> None:
        self.way = way
        self.syn = SynTemplate(way.mac, way.source, slots=slots)
        self.neighbour: ArpTemplate | SolicitationTemplate = (
            ArpTemplate(way.mac, way.source, slots=slots)
            if way.version == 4
            else SolicitationTemplate(way.mac, way.source, slots=slots)
        )
        self.syn_sender = FrameSender(sock, self.syn.frames)
        self.neighbour_sender = FrameSender(sock, self.neighbour.frames)
