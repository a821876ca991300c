"""The way out of a raw sweep: it takes rounds from the event loop and has them sent.

A thread sends what a profile asks for. A rate beyond that is sent by a process of its own
(net/syn_process.py): there nobody else holds the interpreter.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from camscan.net.lane import Lane
from camscan.net.packet_socket import sending_socket
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_round import Octets, Round, Targets, size_of, targets_in
from camscan.net.syn_sender import SynSender, Way

# numpy lets other threads in between for arrays of 500 elements and more: below, frames are made
# without waiting for the interpreter again and again.
SLOTS = 480


class Wire(Protocol):
    """Who sends rounds. `lock` guards `busy` and `due` of every Targets it has made."""

    lock: AbstractContextManager[object]

    def targets(self, lane: int, octets: Octets, ports: int) -> Targets:
        """Targets of these addresses: wanted, not busy, without MACs."""
        ...

    def send(self, one: Round) -> asyncio.Future[Round]:
        """Queue a round; the future is done when its last packet has left, or raises
        LocalFaultError."""
        ...

    def forget(self, targets: Targets) -> None:
        """No round of these follows."""
        ...

    def close(self) -> None:
        """No packet leaves after this returns; what has left of each round stands in its `at`."""
        ...


class SynWire:
    """Sends rounds by `lanes` under `rates`, by a thread; `host_gap` seconds between two SYNs to
    one host. Raises LocalFaultError without the permission."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        guard: SpanGuard,
        cookies: Cookies,
        source_ports: range,
        *,
        rates: SweepRates,
        host_gap: float,
    ) -> None:
        self.lock: AbstractContextManager[object] = threading.Lock()
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[tuple[Round, asyncio.Future[Round]] | None] = (
            queue.SimpleQueue()
        )
        self._loop = asyncio.get_running_loop()
        self._open = contextlib.ExitStack()
        with self._open as opened:
            self._sender = SynSender(
                [way_of(lane) for lane in lanes],
                list(sockets(lanes, opened)),
                guard,
                cookies,
                source_ports,
                rates=rates,
                host_gap=host_gap,
                lock=self.lock,
                stop=self._stop,
                slots=SLOTS,
            )
            self._open = opened.pop_all()
        self._thread = threading.Thread(target=self._run, name="camscan-syn", daemon=True)
        self._thread.start()

    def targets(self, lane: int, octets: Octets, ports: int) -> Targets:
        """Arrays of this process."""
        count, width = octets.shape
        memory = np.zeros(size_of(count, width, ports), dtype=np.uint8)
        return fill(targets_in(memory, lane, count, width, ports), octets)

    def send(self, one: Round) -> asyncio.Future[Round]:
        """Queue a round; the future is done when its last packet has left."""
        future: asyncio.Future[Round] = self._loop.create_future()
        self._queue.put((one, future))
        return future

    def forget(self, targets: Targets) -> None:
        """Nothing is held of them."""

    def close(self) -> None:
        """No packet leaves after this returns."""
        self._stop.set()
        self._queue.put(None)
        self._thread.join()
        self._open.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            item = self._queue.get()
            if item is None:
                return
            one, future = item
            try:
                self._sender.send(one)
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


def way_of(lane: Lane) -> Way:
    """What a sender has to know of a lane."""
    layer = lane.layer
    return Way(layer.name, layer.mac, lane.version, lane.source, lane.gateway is not None)


def sockets(lanes: Sequence[Lane], opened: contextlib.ExitStack) -> Iterator[socket.socket]:
    """A sending socket for each lane, the same for lanes of one interface; `opened` closes them.
    Raises LocalFaultError without the permission."""
    held: dict[int, socket.socket] = {}
    for lane in lanes:
        index = lane.layer.index
        if index not in held:
            held[index] = sending_socket(index)
            opened.callback(held[index].close)
        yield held[index]


def fill(targets: Targets, octets: Octets) -> Targets:
    """New targets of these addresses, all wanted."""
    targets.octets[:] = octets
    targets.wanted[:] = True
    return targets
