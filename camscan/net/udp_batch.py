"""One payload to many IPv4 addresses in one system call: sendmmsg of Linux, no privilege needed."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from collections.abc import Sequence

from camscan.net.mmsg import Iovec, Message, call

BATCH = 512
"""Most addresses of one call (Linux takes up to 1,024)."""

_ADDRESS = struct.Struct("=H2s4s8x")  # struct sockaddr_in


class UdpBatch:
    """Sends `payload` to UDP `port` of many addresses from one socket."""

    def __init__(self, sock: socket.socket, payload: bytes, port: int) -> None:
        self._sock = sock
        self._port = struct.pack("!H", port)
        self._payload = ctypes.create_string_buffer(payload, len(payload))
        self._vector = Iovec(ctypes.addressof(self._payload), len(payload))
        self._addresses = (ctypes.c_char * (_ADDRESS.size * BATCH))()
        self._messages = (Message * BATCH)()
        for index, message in enumerate(self._messages):
            message.head.name = ctypes.addressof(self._addresses) + index * _ADDRESS.size
            message.head.name_length = _ADDRESS.size
            message.head.vectors = ctypes.addressof(self._vector)
            message.head.vector_count = 1

    def send(self, addresses: Sequence[bytes]) -> tuple[int, OSError | None]:
        """How many of `addresses` (four bytes each, at most BATCH) it left for, in order, and
        what stopped the next one."""
        for index, address in enumerate(addresses):
            _ADDRESS.pack_into(
                self._addresses, index * _ADDRESS.size, socket.AF_INET, self._port, address
            )
        sent = call("sendmmsg")(self._sock.fileno(), self._messages, len(addresses), 0)
        if sent > 0:
            return sent, None  # where it stopped early, the next call says what stopped it
        number = ctypes.get_errno()
        return 0, OSError(number, f"sendmmsg: error {number}")


def available() -> bool:
    """True where the system has the call in this form."""
    return sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8
