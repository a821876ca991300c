"""One payload to many IPv4 addresses in one system call: sendmmsg of Linux, no privilege needed."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from functools import cache

BATCH = 512
"""Most addresses of one call (Linux takes up to 1,024)."""

_ADDRESS = struct.Struct("=H2s4s8x")  # struct sockaddr_in


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _MsgHdr(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _MMsgHdr(ctypes.Structure):
    _fields_ = (("header", _MsgHdr), ("sent", ctypes.c_uint))


class UdpBatch:
    """Sends `payload` to UDP `port` of many addresses from one socket."""

    def __init__(self, sock: socket.socket, payload: bytes, port: int) -> None:
        self._sock = sock
        self._port = struct.pack("!H", port)
        self._payload = ctypes.create_string_buffer(payload, len(payload))
        self._vector = _IoVec(ctypes.addressof(self._payload), len(payload))
        self._addresses = (ctypes.c_char * (_ADDRESS.size * BATCH))()
        self._messages = (_MMsgHdr * BATCH)()
        for index, message in enumerate(self._messages):
            message.header.name = ctypes.addressof(self._addresses) + index * _ADDRESS.size
            message.header.name_length = _ADDRESS.size
            message.header.vectors = ctypes.addressof(self._vector)
            message.header.vector_count = 1

    def send(self, addresses: Sequence[bytes]) -> tuple[int, OSError | None]:
        """How many of `addresses` (four bytes each, at most BATCH) it left for, in order, and
        what stopped the next one."""
        for index, address in enumerate(addresses):
            _ADDRESS.pack_into(
                self._addresses, index * _ADDRESS.size, socket.AF_INET, self._port, address
            )
        sent = _sendmmsg()(self._sock.fileno(), self._messages, len(addresses), 0)
        if sent > 0:
            return sent, None  # where it stopped early, the next call says what stopped it
        number = ctypes.get_errno()
        return 0, OSError(number, f"sendmmsg: error {number}")


def available() -> bool:
    """True where the system has the call in this form."""
    return sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8


@cache
def _sendmmsg() -> Callable[..., int]:
    function: Callable[..., int] = ctypes.CDLL(None, use_errno=True).sendmmsg
    return function
