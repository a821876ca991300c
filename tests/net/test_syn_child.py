"""The process by itself, with a socket pair for the network: it sends what it is ordered to."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys

import numpy as np
import pytest

from camscan.net.shared_memory import SharedLock, SharedMemory
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_order import Begin, Done, Forget, Order, Setup, receive, send
from camscan.net.syn_round import rows_and_times, size_of, targets_in
from camscan.net.syn_sender import Way
from camscan.scope import build_scope

CODE = "from camscan.net.syn_child import main; main()"
SHAPE = (0, 3, 4, 1)


class Child:
    def __init__(self):
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.wire, out = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire.settimeout(20)
        self.sock.settimeout(20)
        self.process = subprocess.Popen([sys.executable, "-c", CODE], stdin=theirs.fileno())
        theirs.close()
        begin = Begin(
            ways=(Way("eth0", b"\2" * 6, 4, "10.0.0.1", False),),
            sockets=(0,),
            guard=SpanGuard(build_scope(["10.0.0.0/29"])),
            cookies=Cookies(bytes(16)),
            first_port=40000,
            last_port=40007,
            host_gap=0.0,
        )
        raw = pickle.dumps(begin)
        setup, self.lock, self.rates = SharedMemory(len(raw)), SharedLock(), SweepRates()
        self.rates.change(50_000, 50_000)
        setup.octets[:] = np.frombuffer(raw, dtype=np.uint8)
        files = [setup.descriptor, self.rates.memory.descriptor, self.lock.descriptor]
        send(self.sock, Setup(len(raw)), [*files, out.fileno()])
        out.close()
        self.memory = SharedMemory(size_of(*SHAPE[1:]))
        self.targets = targets_in(self.memory.octets, *SHAPE)
        self.targets.octets[:] = [(10, 0, 0, 2), (10, 0, 0, 9), (10, 0, 0, 3)]
        self.targets.wanted[:] = True

    def order(self, key, rows, *, known):
        """`at` of the round; send it."""
        memory = SharedMemory(16 * len(rows))
        held, at = rows_and_times(memory.octets)
        held[:] = rows
        files = [memory.descriptor] + ([] if known else [self.memory.descriptor])
        send(self.sock, Order(key, len(rows), 80, 0, 0, 5, SHAPE), files)
        return at

    def said(self):
        found = receive(self.sock)
        return None if found is None else found[0]


@pytest.fixture
def child():
    one = Child()
    yield one
    one.sock.close()
    one.wire.close()
    assert one.process.wait(20) == 0
    one.lock.close()


def test_rounds_of_known_and_of_forgotten_targets(child):
    assert child.said() == Done(0)
    at = child.order(1, [2, 1, 0], known=False)
    frames = [child.wire.recv(200) for _ in range(2)]
    assert child.said() == Done(1, stray=1)
    assert [frame[30:34] for frame in frames] == [bytes((10, 0, 0, 3)), bytes((10, 0, 0, 2))]
    assert (at > 0).tolist() == [True, False, True]
    child.order(2, [0], known=True)
    assert child.wire.recv(200)[30:34] == bytes((10, 0, 0, 2))
    assert child.said() == Done(2)
    send(child.sock, Forget(5))
    child.targets.wanted[0] = False
    child.order(3, [0, 2], known=False)
    assert child.wire.recv(200)[30:34] == bytes((10, 0, 0, 3))
    assert child.said() == Done(3)


def test_an_error_is_told_and_the_next_round_is_tried(child):
    assert child.said() == Done(0)
    child.wire.close()
    for key in (1, 2):
        child.order(key, [0], known=key == 2)
        done = child.said()
        assert done.key == key
        assert done.error.startswith("sending frames failed")


def test_nobody_is_there_from_the_beginning():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen([sys.executable, "-c", CODE], stdin=theirs.fileno())
    theirs.close()
    ours.close()
    assert process.wait(20) == 0
