"""Frames out and in by the hundred, and what happens without the permission."""

from __future__ import annotations

import socket
import time

import numpy as np
import pytest

from camscan.errors import LocalFaultError
from camscan.net import packet_socket
from camscan.net.bpf import arp_replies
from camscan.net.packet_socket import FrameReader, FrameSender, refused
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
    sender = wires.inside(wires.near, lambda: FrameSender(socket.if_nametoindex("cam0"), rows))
    assert sender.send_all(700, stopped=lambda: False) == 700
    assert sender.send_all(0, stopped=lambda: False) == 0
    got, end = [], time.monotonic() + 5
    while len(got) < 700 and time.monotonic() < end:
        got += [int(frame[41]) for frame in reader.read()]
    assert got == [n & 255 for n in range(700)]
    assert len(reader.read()) == 0
    assert reader.dropped() == 0
    sender.close()
    reader.close()


@pytest.mark.root
def test_requests_are_filtered(wires):
    rows = replies(3)
    rows[1, 21] = 1
    reader = wires.inside(
        wires.far, lambda: FrameReader(socket.if_nametoindex("dev0"), 0x0806, arp_replies())
    )
    sender = wires.inside(wires.near, lambda: FrameSender(socket.if_nametoindex("cam0"), rows))
    sender.send(0, 3)
    assert [int(frame[41]) for frame in reader.read()] == [0, 2]
    sender.close()
    reader.close()


@pytest.mark.root
def test_an_interface_that_is_gone():
    with pytest.raises((LocalFaultError, OSError)):
        FrameSender(99999, replies(1))


def test_without_the_permission(monkeypatch):
    def denied(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(packet_socket.socket, "socket", denied)
    assert refused() == "raw frames need NET_RAW: Operation not permitted"
    with pytest.raises(LocalFaultError, match="NET_RAW"):
        FrameSender(1, replies(1))


def test_without_linux(monkeypatch):
    monkeypatch.delattr(packet_socket.socket, "AF_PACKET", raising=False)
    assert "only Linux" in refused()
