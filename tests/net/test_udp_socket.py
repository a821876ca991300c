from __future__ import annotations

import os
import socket
import struct
from typing import Any

import pytest

from camscan.net.interface import Interface, interfaces
from camscan.net.udp_socket import PortTaken, any_socket, link_socket

PORT = 42000 + os.getpid() % 9000


def test_a_free_port_is_taken_and_shared_with_the_makers_own_tool() -> None:
    with any_socket(socket.AF_INET, PORT) as sock:
        assert sock.getsockname()[1] == PORT
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tool:
            tool.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tool.bind(("", PORT))


def test_a_port_that_another_program_keeps_for_itself_is_a_fact() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tool:
        tool.bind(("", PORT + 1))
        with pytest.raises(PortTaken, match=str(PORT + 1)):
            any_socket(socket.AF_INET, PORT + 1)


def test_any_port_when_none_is_wanted() -> None:
    with any_socket(socket.AF_INET) as sock:
        assert sock.getsockname()[1] > 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > 100_000


def link(name: str) -> Interface:
    return next(one for one in interfaces() if one.name == name)


@pytest.mark.root
def test_a_link_socket_sends_and_hears_by_its_interface_alone(wires: Any) -> None:
    def device(address: str, interface: str) -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        sock.bind(("", 34569))
        member = socket.inet_aton("239.255.255.250") + socket.inet_aton(address)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, member[4:])
        sock.settimeout(2)
        return sock

    def near() -> tuple[socket.socket, bool]:
        return link_socket(link("cam0"), 4, local_port=34569, hear4=("239.255.255.250",))

    sock, tied = wires.inside(wires.near, near)
    zero = wires.inside(wires.far, lambda: device("10.99.0.2", "dev0"))
    one = wires.inside(wires.far, lambda: device("10.98.0.2", "dev1"))
    with sock, zero, one:
        assert tied
        sock.sendto(b"all", ("255.255.255.255", 34569))
        assert zero.recvfrom(10) == (b"all", ("10.99.0.1", 34569))
        sock.sendto(b"subnet", ("10.99.0.255", 34569))
        assert zero.recv(10) == b"subnet"
        one.settimeout(0.1)
        with pytest.raises(TimeoutError):
            one.recv(10)
        for target in ("255.255.255.255", "239.255.255.250", "10.99.0.1"):
            one.sendto(b"wrong wire", (target, 34569))
            zero.sendto(target.encode(), (target, 34569))
        sock.settimeout(2)
        heard = [sock.recvfrom(100) for _ in range(5)]
        own = [data for data, (address, _) in heard if address == "10.99.0.1"]
        assert own == [b"all", b"subnet"], "broadcasts come back to who sent them"
        others = {data for data, (address, _) in heard if address == "10.99.0.2"}
        assert others == {b"255.255.255.255", b"239.255.255.250", b"10.99.0.1"}


@pytest.mark.root
def test_hops_of_a_group_message(wires: Any) -> None:
    def hops() -> tuple[int, int]:
        with link_socket(link("cam0"), 4, hops=255)[0] as four:
            of4 = four.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL)
        with link_socket(link("cam0"), 6, hops=255)[0] as six:
            packed = six.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 4)
        return of4, struct.unpack("@i", packed)[0]

    assert wires.inside(wires.near, hops) == (255, 255)
