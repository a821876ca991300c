"""Frames out and in by the hundred, and what happens without the permission."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest

from camscan.errors import LocalFaultError
from camscan.net import packet_socket
from camscan.net.bpf import arp_replies
from camscan.net.packet_socket import FrameReader, FrameSender, sending_socket
from camscan.protocols.arp import build_request


def replies(count):
    one = bytearray(build_request(b"\2" * 6, "10.0.0.1", "10.0.0.2"))
    one[21] = 2
    rows = np.tile(np.frombuffer(bytes(one), dtype=np.uint8), (count, 1))
    rows[:, 41] = np.arange(count) & 255
    return rows


@pytest.mark.root
def test_all_rows_arrive_in_order(wires):
    rows = replies(700)
    reader = wires.inside(
        wires.far, lambda: FrameReader(socket.if_nametoindex("dev0"), 0x0806, arp_replies())
    )
    sock = wires.inside(wires.near, lambda: sending_socket(socket.if_nametoindex("cam0")))
    sender = FrameSender(sock, rows)
    assert sender.send_all(0, 500, stopped=lambda: False) == 500
    assert sender.send_all(500, 700, stopped=lambda: False) == 200
    assert sender.send_all(9, 9, stopped=lambda: False) == 0
    got, end = [], time.monotonic() + 5
    while len(got) < 700 and time.monotonic() < end:
        got += [int(frame[41]) for frame in reader.read()]
    assert got == [n & 255 for n in range(700)]
    assert len(reader.read()) == 0
    assert reader.dropped() == 0
    sock.close()
    reader.close()


@pytest.mark.root
def test_requests_are_filtered(wires):
    rows = replies(3)
    rows[1, 21] = 1
    reader = wires.inside(
        wires.far, lambda: FrameReader(socket.if_nametoindex("dev0"), 0x0806, arp_replies())
    )
    sock = wires.inside(wires.near, lambda: sending_socket(socket.if_nametoindex("cam0")))
    sender = FrameSender(sock, rows)
    sender.send(0, 3)
    assert [int(frame[41]) for frame in reader.read()] == [0, 2]
    sock.close()
    reader.close()


@pytest.mark.root
def test_an_interface_that_is_gone():
    with pytest.raises((LocalFaultError, OSError)):
        sending_socket(99999)


def test_without_the_permission(monkeypatch):
    def denied(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(packet_socket.socket, "socket", denied)
    with pytest.raises(LocalFaultError, match="NET_RAW"):
        sending_socket(1)
