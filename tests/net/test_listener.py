"""Which way of listening this machine and user get, and what is said of it."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from camscan.net import listener as module
from camscan.net.interface import IfAddress, Interface
from camscan.net.listener import Listener
from camscan.protocols.announcement import Announcement

LINK = Interface(name="eth0", index=2, addresses=(IfAddress("127.0.0.1", 8),))
QUIET = (Announcement(port=0, decoders=("xm",)),)


class Refused:
    def __init__(self, *_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")


class Broken:
    def __init__(self, *_: object) -> None:
        raise OSError(errno.ENETDOWN, "Network is down")


class Heard:
    def __init__(self, name: str, *_: object) -> None:
        self.name = name
        self.left = 3

    def dropped(self) -> int:
        count, self.left = self.left, 0
        return count

    def close(self) -> None:
        self.name = "closed"


def opened(*links: Interface) -> Listener:
    async def go() -> Listener:
        async with Listener(links, QUIET) as listener:
            listener.was = listener.listening  # type: ignore[attr-defined]
            assert listener.dropped == listener.dropped
        return listener

    return asyncio.run(go())


def test_frames_where_they_may_be_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FrameListener", Heard)
    listener = opened(LINK)
    assert listener.reason == "frames on eth0 (AF_PACKET)"
    assert listener.was
    assert listener.dropped == 3
    assert not listener.listening


def test_groups_without_the_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FrameListener", Refused)
    listener = opened(LINK)
    assert listener.reason.startswith("capturing needs NET_RAW: joined groups and bound ports (1 s")
    assert "no ARP, DHCP, LLDP or CDP" in listener.reason
    assert listener.was


def test_groups_where_there_is_no_af_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_PACKET")
    assert opened(LINK).reason.startswith("only Linux has AF_PACKET")


def test_a_broken_interface_is_a_problem_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FrameListener", Broken)
    listener = opened(LINK)
    assert listener.problems == [("eth0", "Network is down")]
    assert listener.reason.startswith("Network is down: joined groups")


@pytest.mark.parametrize(
    "link",
    [
        Interface(name="lo", index=1, loopback=True),
        Interface(name="tun0", index=3, point_to_point=True),
        Interface(name="eth1", index=4, up=False),
    ],
)
def test_what_is_no_wire(link: Interface) -> None:
    listener = opened(link)
    assert listener.reason == "no interface is up"
    assert not listener.was
