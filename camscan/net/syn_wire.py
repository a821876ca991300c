"""The thread that sends a raw sweep: rounds of SYNs or address resolution, paced and in scope.

The event loop hands it `Round`s and gets each back when it has left. Between two packets stand
the clocks, the gap of each host, the hosts that are being talked to, and the scope.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from camscan.errors import LocalFaultError
from camscan.net.lane import Lane
from camscan.net.neighbour_frame import ArpTemplate, SolicitationTemplate
from camscan.net.packet_socket import FrameSender
from camscan.net.send_clock import SendClock
from camscan.net.span_guard import SpanGuard
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_frame import SynTemplate

Octets = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.float64]

# numpy lets other threads in between for arrays of 500 elements and more: below, one batch is
# made without waiting for the interpreter again and again.
SLOTS = 480
_SLICE = 0.02


@dataclass(slots=True, eq=False, kw_only=True)
class Targets:
    """Addresses that leave by one lane, as arrays of one row each, shared by their rounds.

    `wanted` False: no further packet. `busy`: somebody has a connection to it. `due`: the
    monotonic time before which it gets no SYN. `sent_at`: by port number and row, 0 for never.
    """

    lane: int
    octets: Octets
    macs: Octets
    wanted: Mask
    busy: Mask
    due: Times
    sent_at: Times


@dataclass(slots=True, eq=False, kw_only=True)
class Round:
    """One packet to each of `rows`, in this order. `port` 0 asks for MAC addresses.

    `number` is the port's row in `sent_at`, `attempt` chooses the source port. Filled in:
    `sent` packets, `busy` rows left out since somebody talks or has just talked to them, `stray`
    packets that the scope stopped, and of each batch the monotonic time and the rows whose
    packets have left.
    """

    targets: Targets
    rows: Rows
    port: int
    number: int = 0
    attempt: int = 0
    sent: int = 0
    stray: int = 0
    busy: list[Rows] = field(default_factory=list)
    batches: list[tuple[float, Rows]] = field(default_factory=list)


class SynWire:
    """Sends rounds by `lanes`. `clocks(lane)` pace a lane; `host_gap` seconds between two SYNs
    to one host. `lock` guards `busy` and `due` of every `Targets`. Raises LocalFaultError without
    the permission, and from `send` when sending fails."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        guard: SpanGuard,
        cookies: Cookies,
        source_ports: range,
        *,
        clocks: Callable[[Lane], Sequence[SendClock]],
        host_gap: float,
    ) -> None:
        self.lock = threading.Lock()
        self.lanes = tuple(lanes)
        self._guard = guard
        self._cookies = cookies
        self._ports = source_ports
        self._clocks = [clocks(lane) for lane in lanes]
        self._gap = host_gap
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[tuple[Round, asyncio.Future[Round]] | None] = (
            queue.SimpleQueue()
        )
        self._loop = asyncio.get_running_loop()
        self._ways: list[_Way] = []
        try:
            for lane in lanes:
                self._ways.append(_Way(lane))
        except BaseException:
            self.close()
            raise
        self._thread = threading.Thread(target=self._run, name="camscan-syn", daemon=True)
        self._thread.start()

    def send(self, one: Round) -> asyncio.Future[Round]:
        """Queue a round; the future is done when its last packet has left."""
        future: asyncio.Future[Round] = self._loop.create_future()
        self._queue.put((one, future))
        return future

    def close(self) -> None:
        """No packet leaves after this returns."""
        self._stop.set()
        self._queue.put(None)
        if hasattr(self, "_thread"):
            self._thread.join()
        for way in self._ways:
            way.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            item = self._queue.get()
            if item is None:
                return
            one, future = item
            try:
                self._round(one)
            except Exception as error:  # noqa: BLE001 - raised where the round is awaited
                self._tell(future, error, one)
            else:
                self._tell(future, None, one)

    def _tell(self, future: asyncio.Future[Round], error: Exception | None, one: Round) -> None:
        def settle() -> None:
            if not future.done():
                if error is None:
                    future.set_result(one)
                else:
                    future.set_exception(error)

        try:
            self._loop.call_soon_threadsafe(settle)
        except RuntimeError:
            self._stop.set()  # the loop is closed: nobody waits for this any more

    def _round(self, one: Round) -> None:
        clocks = self._clocks[one.targets.lane]
        at = 0
        while at < len(one.rows) and not self._stop.is_set():
            size = min(clock.batch(SLOTS) for clock in clocks)
            rows = one.rows[at : at + size]
            at += size
            rows = rows[one.targets.wanted[rows]]
            if len(rows):
                self._batch(one, rows, clocks)

    def _batch(self, one: Round, rows: Rows, clocks: Sequence[SendClock]) -> None:
        targets = one.targets
        due = max(clock.wait_until() for clock in clocks)
        if one.port:
            due = max(due, float(targets.due[rows].max()))
        if not self._sleep_until(due):
            return
        if one.port:
            with self.lock:
                # Also who was talked to while this batch waited: the gap begins anew for it.
                held = targets.busy[rows] | (targets.due[rows] > time.monotonic())
                if held.any():
                    one.busy.append(rows[held])
                    rows = rows[~held]
                targets.due[rows] = time.monotonic() + self._gap
        rows = rows[targets.wanted[rows]]
        if not len(rows):
            return
        for clock in clocks:
            clock.took(len(rows))
        now = time.monotonic()
        if one.port:
            targets.sent_at[one.number, rows] = now
        one.batches.append((now, self._emit(one, rows)))
        if one.port and self._gap:
            with self.lock:  # the gap counts from when the frames have really left
                targets.due[rows] = time.monotonic() + self._gap

    def _emit(self, one: Round, rows: Rows) -> Rows:
        """Send a frame to each; the rows whose frames have left."""
        way = self._ways[one.targets.lane]
        octets = one.targets.octets[rows]
        if one.port:
            source = self._ports.start + one.attempt
            cookies = self._cookies.of(octets, one.port, source)
            template: SynTemplate | ArpTemplate | SolicitationTemplate = way.syn
            sender = way.syn_sender
            frames = way.syn.fill(one.targets.macs[rows], octets, one.port, source, cookies)
        else:
            template, sender = way.neighbour, way.neighbour_sender
            frames = way.neighbour.fill(octets)
        # The last moment: the addresses that stand in the frames are the ones that are checked.
        name = way.lane.layer.name
        where = template.targets(frames)
        allowed = (
            self._guard.permits(where, one.port, name)
            if one.port
            else self._guard.holds(where, name)
        )
        count = len(frames)
        if not allowed.all():
            count = int(allowed.sum())
            one.stray += len(frames) - count
            template.frames[:count] = frames[allowed]
            rows = rows[allowed]
        gone = sender.send_all(count, stopped=self._stop.is_set)
        one.sent += gone
        return rows[:gone]

    def _sleep_until(self, due: float) -> bool:
        """Sleep; False when the sweep was stopped meanwhile."""
        while (left := due - time.monotonic()) > 0:
            if left > _SLICE:
                if self._stop.wait(_SLICE):
                    return False
            else:
                time.sleep(left)
        return not self._stop.is_set()


class _Way:
    """The templates and sockets of one lane."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        mac, index = lane.layer.mac, lane.layer.index
        self.syn = SynTemplate(mac, lane.source, slots=SLOTS)
        self.neighbour: ArpTemplate | SolicitationTemplate = (
            ArpTemplate(mac, lane.source, slots=SLOTS)
            if lane.version == 4
            else SolicitationTemplate(mac, lane.source, slots=SLOTS)
        )
        self.syn_sender = FrameSender(index, self.syn.frames)
        try:
            self.neighbour_sender = FrameSender(index, self.neighbour.frames)
        except LocalFaultError:
            self.syn_sender.close()
            raise

    def close(self) -> None:
        self.syn_sender.close()
        self.neighbour_sender.close()
