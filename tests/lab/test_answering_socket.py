from __future__ import annotations

import asyncio
import socket

from camscan.lab.answering_socket import AnsweringSocket


class Echo(AnsweringSocket):
    def __init__(self, sock: socket.socket, delay: float) -> None:
        super().__init__(sock)
        self.delay = delay
        self.sent = 0

    def _received(self, data, ancillary, sender) -> None:
        self._later(self.delay, self._send, data, sender)

    def _send(self, data: bytes, sender: tuple[str, int]) -> None:
        self.sent += 1
        self._socket.sendto(data, sender)


def opened() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind(("127.0.0.1", 0))
    return sock


def test_every_datagram_is_answered_after_its_delay() -> None:
    async def go() -> set[bytes]:
        sock = opened()
        echo = Echo(sock, 0.01)
        with opened() as asker:
            for text in (b"one", b"two"):
                asker.sendto(text, sock.getsockname())
            loop = asyncio.get_running_loop()
            answers = {await loop.sock_recv(asker, 16) for _ in range(2)}
        echo.close()
        return answers

    assert asyncio.run(asyncio.wait_for(go(), 5)) == {b"one", b"two"}


def test_a_closed_socket_answers_nothing_more() -> None:
    async def go() -> int:
        sock = opened()
        echo = Echo(sock, 0.02)
        with opened() as asker:
            asker.sendto(b"one", sock.getsockname())
            while not echo._timers:
                await asyncio.sleep(0)
            echo.close()
            over = asyncio.Event()
            asyncio.get_running_loop().call_later(0.06, over.set)
            await over.wait()
        return echo.sent

    assert asyncio.run(asyncio.wait_for(go(), 5)) == 0
