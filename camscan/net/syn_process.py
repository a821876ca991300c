"""A raw sweep faster than any profile leaves from a process of its own.

Python lets one thread of a process run at a time: a scan that judges what it has found holds up
its own sender. The sender's process shares the arrays, and a lock, and gets its sockets; the
interface is that of SynWire.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np

from camscan.errors import LocalFaultError
from camscan.net.lane import Lane
from camscan.net.profile import PROFILES
from camscan.net.shared_memory import SharedLock, SharedMemory
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_order import DESCRIPTORS, Begin, Done, Forget, Order, Setup, receive, send
from camscan.net.syn_round import Octets, Round, Targets, rows_and_times, size_of, targets_in
from camscan.net.syn_wire import SynWire, Wire, fill, sockets, way_of

FAST = max(profile.on_link_pps for profile in PROFILES.values())
"""Packets/s; what is faster is sent by a process."""

_START_SECONDS = 20.0
_END_SECONDS = 2.0
# The child sees what this program sees, and nothing that lies in the working directory.
_CODE = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from camscan.net.syn_child import main; main()"
)


async def open_wire(
    lanes: Sequence[Lane],
    guard: SpanGuard,
    cookies: Cookies,
    source_ports: range,
    *,
    rates: SweepRates,
    host_gap: float,
) -> Wire:
    """SynProcess where the rate calls for it and a process can be had, else SynWire.

    Raises LocalFaultError without the permission to send.
    """
    if rates.total > FAST:
        wire = None
        with contextlib.suppress(OSError):  # no process or no memory for it: a thread, slower
            wire = SynProcess(lanes, guard, cookies, source_ports, rates=rates, host_gap=host_gap)
        if wire is not None:
            try:
                if await wire.ready():
                    return wire
            except BaseException:
                wire.close()
                raise
            wire.close()
    return SynWire(lanes, guard, cookies, source_ports, rates=rates, host_gap=host_gap)


class SynProcess:
    """Sends rounds as SynWire does, by a process that ends with this object or this program.

    Raises LocalFaultError without the permission, OSError where no process can be had. It sends
    when `ready` has returned True.
    """

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
        self._loop = asyncio.get_running_loop()
        self._rounds: dict[int, tuple[Round, asyncio.Future[Round]]] = {}
        self._targets: dict[Targets, tuple[int, SharedMemory]] = {}
        self._count = 0
        self._up: asyncio.Future[bool] = self._loop.create_future()
        self._open = contextlib.ExitStack()
        with self._open as opened:
            lock = SharedLock()
            opened.callback(lock.close)
            self.lock: AbstractContextManager[object] = lock
            by_lane = list(sockets(lanes, opened))
            held = list(dict.fromkeys(by_lane))
            if len(held) > DESCRIPTORS - 3:
                raise OSError("too many interfaces")
            begin = Begin(
                ways=tuple(way_of(lane) for lane in lanes),
                sockets=tuple(held.index(sock) for sock in by_lane),
                guard=guard,
                cookies=cookies,
                first_port=source_ports.start,
                last_port=source_ports.stop - 1,
                host_gap=host_gap,
            )
            raw = pickle.dumps(begin)
            memory = SharedMemory(len(raw))
            memory.octets[:] = np.frombuffer(raw, dtype=np.uint8)
            self._sock = _start(opened)
            files = [memory.descriptor, rates.memory.descriptor, lock.descriptor]
            send(self._sock, Setup(len(raw)), [*files, *(sock.fileno() for sock in held)])
            self._loop.add_reader(self._sock, self._read)
            opened.callback(self._loop.remove_reader, self._sock)
            self._open = opened.pop_all()

    async def ready(self) -> bool:
        """True when the process can send, False when it did not come up."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._up, _START_SECONDS)
        return False

    def targets(self, lane: int, octets: Octets, ports: int) -> Targets:
        """Arrays that both processes hold, until they are forgotten."""
        count, width = octets.shape
        memory = SharedMemory(size_of(count, width, ports))
        targets = fill(targets_in(memory.octets, lane, count, width, ports), octets)
        self._count += 1
        self._targets[targets] = self._count, memory
        return targets

    def send(self, one: Round) -> asyncio.Future[Round]:
        """Queue a round; the future is done when its last packet has left."""
        future: asyncio.Future[Round] = self._loop.create_future()
        if not len(one.rows):
            future.set_result(one)
            return future
        targets, key = one.targets, self._key()
        number, held = self._targets[targets]
        memory = SharedMemory(16 * len(one.rows))
        rows, at = rows_and_times(memory.octets)
        rows[:], one.at = one.rows, at
        ports, count = targets.sent_at.shape
        order = Order(
            key=key,
            rows=len(rows),
            port=one.port,
            number=one.number,
            attempt=one.attempt,
            targets=number,
            shape=(targets.lane, count, targets.octets.shape[1], ports),
        )
        files = [memory.descriptor]
        if held.descriptor >= 0:
            files.append(held.descriptor)
        try:
            send(self._sock, order, files)
        except OSError as error:
            future.set_exception(_ended(str(error)))
            return future
        held.close()  # the other side has it now
        memory.close()
        self._rounds[key] = one, future
        return future

    def forget(self, targets: Targets) -> None:
        """No round of these follows: the other side lets go of the memory too."""
        number, _ = self._targets.pop(targets)
        with contextlib.suppress(OSError):  # it has ended: nothing is held any more
            send(self._sock, Forget(number))

    def close(self) -> None:
        """No packet leaves after this returns."""
        self._open.close()
        for _, future in self._rounds.values():
            future.cancel()
        self._rounds.clear()

    def _key(self) -> int:
        self._count += 1
        return self._count

    def _read(self) -> None:
        """What the process says has come."""
        try:
            message = receive(self._sock, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            message = None
        if message is None:
            self._loop.remove_reader(self._sock)
            if not self._up.done():
                self._up.set_result(False)
            for _, future in self._rounds.values():
                if not future.done():
                    future.set_exception(_ended("it is gone"))
            return
        done: Done = message[0]
        if not done.key:
            self._up.set_result(True)
            return
        one, future = self._rounds.pop(done.key)
        one.stray, one.at = done.stray, one.at.copy()  # the memory, and its descriptor, is free
        if not future.done():
            if done.error:
                future.set_exception(LocalFaultError(done.error))
            else:
                future.set_result(one)


def _start(opened: contextlib.ExitStack) -> socket.socket:
    """The process, and the socket that speaks to it; `opened` ends it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        # A signal to the whole group (Ctrl-C, a service that is stopped) is for the scan to act
        # on: the child inherits that these wait, and ends by the end of the socket.
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            child = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-I", "-c", _CODE, json.dumps(sys.path)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        except BaseException:
            ours.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    opened.callback(_end, ours, child)
    return ours


def _end(ours: socket.socket, child: subprocess.Popen[bytes]) -> None:
    ours.close()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _ended(why: str) -> LocalFaultError:
    return LocalFaultError(f"the process that sends has ended: {why}")
