"""The process that sends a fast raw sweep, and nothing else: net/syn_process.py starts it.

It ends as soon as the socket that is its standard input is closed, also by the death of the
scan. Everything it uses it was given: sockets, memory, scope.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import socket
import sys
import threading

from camscan.net.shared_memory import SharedLock, SharedMemory
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_order import Begin, Done, Forget, Order, receive, send
from camscan.net.syn_round import Octets, Round, Targets, rows_and_times, size_of, targets_in
from camscan.net.syn_sender import SynSender

SLOTS = 2048
SWITCH_SECONDS = 0.0005


def main() -> None:
    """Send what is ordered until the socket is closed."""
    sys.setswitchinterval(SWITCH_SECONDS)  # an order is read while packets leave
    with socket.socket(fileno=os.dup(0)) as sock:
        _serve(sock)
    os._exit(0)  # at once: no interpreter has to be taken down


def _serve(sock: socket.socket) -> None:
    stop = threading.Event()
    sender = _begin(sock, stop)
    if sender is None:
        return
    orders: queue.SimpleQueue[tuple[Order | Forget, list[Octets]] | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sock, orders, stop), daemon=True).start()
    held: dict[int, Targets] = {}
    _tell(sock, Done(0))
    while not stop.is_set():
        item = orders.get()
        if item is None:
            return
        order, memory = item
        if isinstance(order, Forget):
            held.pop(order.targets, None)
            continue
        if order.targets not in held:
            held[order.targets] = targets_in(memory[1], *order.shape)
        rows, at = rows_and_times(memory[0])
        one = Round(
            targets=held[order.targets],
            rows=rows,
            port=order.port,
            number=order.number,
            attempt=order.attempt,
            at=at,
        )
        error = ""
        try:
            sender.send(one)
        except Exception as raised:  # noqa: BLE001 - raised where the round is awaited
            error = str(raised) or type(raised).__name__
        _tell(sock, Done(order.key, one.stray, error))


def _begin(sock: socket.socket, stop: threading.Event) -> SynSender | None:
    """The sender, as the first message says; None when nobody is there any more."""
    first = receive(sock)
    if first is None:
        return None
    setup, files = first
    memory = SharedMemory(setup.size, files[0])
    begin: Begin = pickle.loads(memory.octets.tobytes())  # noqa: S301 - this program wrote it
    memory.close()
    held = [socket.socket(fileno=number) for number in files[3:]]
    return SynSender(
        begin.ways,
        [held[number] for number in begin.sockets],
        begin.guard,
        begin.cookies,
        range(begin.first_port, begin.last_port + 1),
        rates=SweepRates(files[1]),
        host_gap=begin.host_gap,
        lock=SharedLock(files[2]),
        stop=stop,
        slots=SLOTS,
    )


def _read(
    sock: socket.socket,
    orders: queue.SimpleQueue[tuple[Order | Forget, list[Octets]] | None],
    stop: threading.Event,
) -> None:
    """Take orders off the socket at once, so that who gives them never waits."""
    while (message := receive(sock)) is not None:
        order, files = message
        memory = []
        if isinstance(order, Order):
            sizes = (16 * order.rows, size_of(*order.shape[1:]))
            for size, number in zip(sizes, files, strict=False):  # the second is not always there
                one = SharedMemory(size, number)
                one.close()
                memory.append(one.octets)
        orders.put((order, memory))
    stop.set()
    orders.put(None)


def _tell(sock: socket.socket, done: Done) -> None:
    with contextlib.suppress(OSError):  # the scan is over: the reader notices it too
        send(sock, done)
