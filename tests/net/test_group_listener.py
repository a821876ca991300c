"""Groups and broadcasts by ordinary sockets, between two namespaces."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from camscan.net.group_listener import GroupListener
from camscan.net.inbox import HeardDatagram, Inbox
from camscan.net.interface import interfaces
from camscan.protocols.announcement import Announcement

pytestmark = pytest.mark.root
MDNS = Announcement(port=5353, decoders=("mdns",), groups4=("224.0.0.251",), groups6=("ff02::fb",))
XM = Announcement(port=34569, decoders=("xm",))


def shout(wires, device: str = "dev0", own: str = "10.99.0.2") -> None:
    """To the group of both versions, then the broadcast."""

    def work() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((own, 0))
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.sendto(b"group", ("224.0.0.251", 5353))
            sock.sendto(b"broadcast", (own.rpartition(".")[0] + ".255", 34569))
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"six", ("ff02::fb", 5353, 0, socket.if_nametoindex(device)))

    wires.inside(wires.far, work)


def hear(wires, wanted: int, *, speak, announcements=(MDNS, XM)) -> list[HeardDatagram]:
    async def go() -> list[HeardDatagram]:
        inbox = Inbox()
        links = [link for link in interfaces() if link.up and not link.loopback]
        listener = GroupListener(announcements, links, inbox)
        await listener.open()
        assert listener.sockets == 3
        assert listener.refused == 0
        speak()
        found: list[HeardDatagram] = []
        try:
            async with contextlib.aclosing(inbox.listen(10)) as heard:
                async for item in heard:
                    assert isinstance(item, HeardDatagram)
                    found.append(item)
                    if len(found) == wanted:
                        break
        finally:
            listener.close()
        return found

    return wires.inside(wires.near, lambda: asyncio.run(go()))


def test_groups_of_both_versions_and_broadcasts_on_every_link(wires) -> None:
    def speak() -> None:
        shout(wires)
        shout(wires, "dev1", "10.98.0.2")

    found = hear(wires, 6, speak=speak)
    said = {(item.source.partition("%")[0][:4], item.port, item.data) for item in found}
    assert said == {
        ("10.9", 5353, b"group"), ("10.9", 34569, b"broadcast"), ("fe80", 5353, b"six"),
    }  # fmt: skip
    assert {item.source.partition("%")[2] for item in found} == {"", "cam0", "cam1"}


def test_a_port_that_others_hold_for_themselves_is_counted(wires) -> None:
    async def go() -> tuple[int, int]:
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held.bind(("", 34569))
        listener = GroupListener((XM,), interfaces(), Inbox())
        await listener.open()
        held.close()
        counts = listener.sockets, listener.refused
        listener.close()
        return counts

    assert wires.inside(wires.near, lambda: asyncio.run(go())) == (0, 1)


def test_own_datagrams_are_passed_over(wires) -> None:
    def speak() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            own = socket.inet_aton("10.99.0.1")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            sock.sendto(b"own", ("224.0.0.251", 5353))  # looped back by the kernel
        shout(wires)

    found = hear(wires, 3, speak=speak)
    assert b"own" not in {item.data for item in found}
