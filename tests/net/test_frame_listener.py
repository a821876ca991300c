"""Frames off a wire between two namespaces, through the kernel's filter."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from camscan.net.frame_listener import FrameListener
from camscan.net.inbox import Inbox

pytestmark = pytest.mark.root
CAMERA = bytes.fromhex("accc8e000001")
ARP = (b"\xff" * 6 + CAMERA + b"\x08\x06" + bytes(28)).ljust(60, b"\0")
VIDEO = b"\xff" * 6 + CAMERA + b"\x08\x00" + struct.pack(">BBHHHBBH", 69, 0, 40, 1, 0, 64, 6, 0)
END = b"\xff" * 6 + CAMERA + b"\x88\xcc" + b"end".ljust(46, b"\0")


def send(wires, *frames: bytes) -> None:
    def work() -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
            sock.bind(("dev0", 0))
            for frame in frames:
                sock.send(frame)

    wires.inside(wires.far, work)


async def until_end(inbox: Inbox) -> list[bytes]:
    """Everything up to the frame that is sent last."""
    found: list[bytes] = []
    async for item in inbox.listen(10):
        if item.data == END:
            return found
        found.append(item.data)
    pytest.fail("the last frame did not arrive")


def test_it_hears_what_the_filter_lets_pass_and_not_itself(wires) -> None:
    async def go() -> list[bytes]:
        inbox = Inbox()
        listener = FrameListener("cam0", socket.if_nametoindex("cam0"), (5353,), inbox)
        own = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with own:
            own.bind(("cam0", 0))
            own.send(ARP[:20].ljust(60, b"\1"))
        send(wires, ARP, VIDEO.ljust(200, b"\0"), ARP, END)
        try:
            found = await until_end(inbox)
            assert listener.dropped() == 0
        finally:
            listener.close()
        return found

    found = wires.inside(wires.near, lambda: asyncio.run(go()))
    assert [frame for frame in found if frame[6:12] == CAMERA] == [ARP, ARP]
    assert not [frame for frame in found if frame.endswith(b"\1")]


def test_a_group_that_nobody_joined_is_heard(wires) -> None:
    packet = struct.pack(">BBHHHBBH", 0x45, 0, 36, 1, 0, 1, 17, 0) + bytes([10, 99, 0, 2])
    packet += bytes([234, 55, 55, 56]) + struct.pack(">HHHH", 5, 5353, 16, 0) + b"announce"
    frame = bytes.fromhex("01005e373738") + CAMERA + b"\x08\x00" + packet

    async def go() -> list[bytes]:
        inbox = Inbox()
        listener = FrameListener("cam0", socket.if_nametoindex("cam0"), (5353,), inbox)
        send(wires, frame.ljust(60, b"\0"), END)
        try:
            return await until_end(inbox)
        finally:
            listener.close()

    found = wires.inside(wires.near, lambda: asyncio.run(go()))
    assert [each for each in found if b"announce" in each]


def test_what_is_no_ethernet_or_no_interface_is_an_error(wires) -> None:
    async def go(name: str, index: int) -> None:
        FrameListener(name, index, (5353,), Inbox())

    with pytest.raises(OSError, match="not Ethernet"):
        wires.inside(wires.near, lambda: asyncio.run(go("lo", 1)))
    with pytest.raises(OSError, match="No such device"):
        wires.inside(wires.near, lambda: asyncio.run(go("none0", 99)))
