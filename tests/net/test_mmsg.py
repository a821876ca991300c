from __future__ import annotations

import ctypes
import socket
import sys

import pytest

from camscan.net.mmsg import Head, Iovec, Message, call

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="calls of Linux")


def test_the_sizes_are_the_kernels():
    assert [ctypes.sizeof(kind) for kind in (Iovec, Head, Message)] == [16, 56, 64]


def test_one_call_sends_what_another_reads():
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with here, there:
        text = ctypes.create_string_buffer(b"asked", 5)
        vector = Iovec(ctypes.addressof(text), 5)
        messages = (Message * 2)()
        for message in messages:
            message.head.vectors = ctypes.addressof(vector)
            message.head.vector_count = 1
        assert call("sendmmsg")(here.fileno(), messages, 2, 0) == 2
        assert [message.length for message in messages] == [5, 5]
        assert (there.recv(16), there.recv(16)) == (b"asked", b"asked")


def test_a_failure_leaves_its_number():
    assert call("sendmmsg")(-1, (Message * 1)(), 1, 0) == -1
    assert ctypes.get_errno() == 9
