from __future__ import annotations

import asyncio
import os
import socket

from camscan.net.interface import IfAddress, Interface
from camscan.net.udp_endpoint import Endpoint

NET = f"127.{90 + os.getpid() % 150}.{os.getpid() // 150 % 256}"


def test_everything_that_waits_is_read_in_one_turn() -> None:
    turns: list[int] = []

    async def run() -> list[bytes]:
        heard: list[bytes] = []
        loop = asyncio.get_running_loop()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind((f"{NET}.1", 0))
        address = sock.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            for number in range(40):
                other.sendto(bytes([number]), address)
        tick = 0

        def count() -> None:
            nonlocal tick
            tick += 1
            if len(heard) < 40:
                loop.call_soon(count)

        def on_datagram(data: bytes, _addr: object, _one: Endpoint) -> None:
            heard.append(data)
            turns.append(tick)

        loop.call_soon(count)
        transport, one = await loop.create_datagram_endpoint(
            lambda: Endpoint(on_datagram, None, sock), sock=sock
        )
        async with asyncio.timeout(2):
            while len(heard) < 40:
                await asyncio.sleep(0)
        assert one.local_port == address[1]
        transport.close()
        await asyncio.sleep(0)
        return heard

    assert asyncio.run(run()) == [bytes([n]) for n in range(40)]
    assert len(set(turns)) == 1


def test_the_fault_of_a_sending_is_returned() -> None:
    async def run() -> tuple[OSError | None, OSError | None]:
        loop = asyncio.get_running_loop()
        transport, one = await loop.create_datagram_endpoint(
            lambda: Endpoint(lambda *_: None, None), local_addr=(f"{NET}.1", 0)
        )
        forbidden = one.emit(b"x", ("127.255.255.255", 9))  # a broadcast on a socket without leave
        fine = one.emit(b"x", (f"{NET}.9", 9))
        transport.close()
        return forbidden, fine

    forbidden, fine = asyncio.run(run())
    assert isinstance(forbidden, PermissionError)
    assert fine is None


def test_the_own_address_is_the_interfaces() -> None:
    link = Interface(
        name="e", index=2, addresses=(IfAddress("fe80::1", 64), IfAddress("10.0.0.1", 24))
    )
    assert Endpoint(lambda *_: None, link).own_address == "10.0.0.1"
    assert Endpoint(lambda *_: None, None).own_address == "0.0.0.0"
