"""Messages between the two halves arrive whole, with their descriptors."""

from __future__ import annotations

import socket

import pytest

from camscan.net.shared_memory import SharedMemory
from camscan.net.syn_order import Done, Forget, Order, Setup, receive, send

ORDER = Order(3, 100, 80, 0, 1, 7, (0, 100, 4, 8))


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.mark.parametrize("message", [Setup(10), ORDER, Forget(7), Done(3, 1, "no buffer")])
def test_there_and_whole(pair, message):
    send(pair[0], message)
    send(pair[0], Forget(8))
    assert receive(pair[1]) == (message, [])
    assert receive(pair[1]) == (Forget(8), [])


def test_memory_goes_along(pair):
    memory = SharedMemory(16)
    memory.octets[5] = 9
    send(pair[0], ORDER, [memory.descriptor])
    message, (number,) = receive(pair[1])
    assert message == ORDER
    assert number != memory.descriptor
    assert SharedMemory(16, number).octets[5] == 9


def test_the_other_side_is_gone(pair):
    pair[0].close()
    assert receive(pair[1]) is None
    with pytest.raises(OSError, match="Broken pipe"):
        send(pair[1], Done(1))


def test_nothing_has_come(pair):
    with pytest.raises(BlockingIOError):
        receive(pair[1], socket.MSG_DONTWAIT)
