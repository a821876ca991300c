from __future__ import annotations

import errno
import os
import socket

import pytest

from camscan.net.udp_batch import BATCH, UdpBatch, available

NET = f"127.{90 + os.getpid() % 150}.{os.getpid() // 150 % 256}"
pytestmark = pytest.mark.skipif(not available(), reason="this system has no sendmmsg")


def bound(address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 0))
    sock.settimeout(2)
    return sock


def test_each_address_gets_the_payload_once() -> None:
    with bound(f"{NET}.1") as sender, bound(f"{NET}.2") as one:
        port = one.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
            two.settimeout(2)
            two.bind((f"{NET}.3", port))
            batch = UdpBatch(sender, b"\x01\x00query", port)
            packed = [socket.inet_aton(f"{NET}.{last}") for last in (2, 3, 4)]
            assert batch.send(packed) == (3, None)
            assert one.recv(100) == two.recv(100) == b"\x01\x00query"
            # The memory is used again by the next call.
            assert batch.send(packed[1:2]) == (1, None)
            assert two.recv(100) == b"\x01\x00query"
            one.settimeout(0.05)
            with pytest.raises(TimeoutError):
                one.recv(100)


def test_a_full_batch_leaves_in_one_call() -> None:
    with bound(f"{NET}.1") as sender:
        packed = [socket.inet_aton(f"{NET}.{n % 250 + 1}") for n in range(BATCH)]
        assert UdpBatch(sender, b"x", 9).send(packed) == (BATCH, None)


def test_what_stops_it_is_said_of_the_address_that_stopped_it() -> None:
    broadcast = socket.inet_aton("127.255.255.255")  # not permitted on this socket
    with bound(f"{NET}.1") as sender:
        batch = UdpBatch(sender, b"x", 9)
        first = socket.inet_aton(f"{NET}.2")
        assert batch.send([first, broadcast, first]) == (1, None)
        count, error = batch.send([broadcast, first])
        assert count == 0
        assert error is not None
        assert error.errno == errno.EACCES
