"""Frames off the wire by AF_PACKET with a filter in the kernel (Linux, NET_RAW); sends nothing."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
import time
from collections.abc import Iterable

from camscan.net.bpf import attach
from camscan.net.inbox import HeardFrame, Inbox
from camscan.net.listen_filter import listen_filter

_ETH_P_ALL = 0x0003
_ARPHRD_ETHER = 1
_SOL_PACKET = 263
_ADD_MEMBERSHIP, _STATISTICS = 1, 6
_PROMISCUOUS = 1  # else the card drops groups that nobody joined, and joining would be sent
_OUTGOING = 4
_RECEIVE_BUFFER = 4 << 20
_AT_ONCE = 256
_LONGEST = 65_536


class FrameListener:
    """Hears on one interface until it is closed. Raises OSError, PermissionError without NET_RAW.

    Frames of this very machine are passed over.
    """

    def __init__(self, name: str, index: int, ports: Iterable[int], inbox: Inbox) -> None:
        self.name = name
        self._inbox = inbox
        # Opened for no protocol, so that nothing is queued before the filter is in place.
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        try:
            self._socket.setblocking(False)
            attach(self._socket, listen_filter(ports))
            with contextlib.suppress(OSError):  # a smaller buffer will do
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            self._socket.bind((name, _ETH_P_ALL))
            if self._socket.getsockname()[3] != _ARPHRD_ETHER:
                raise OSError(errno.EPROTONOSUPPORT, "not Ethernet")
            request = struct.pack("@iHH8s", index, _PROMISCUOUS, 0, b"")
            self._socket.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, request)
        except BaseException:
            self._socket.close()
            raise
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def dropped(self) -> int:
        """Frames that the kernel dropped for want of room since the last call."""
        raw = self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 8)
        return int(struct.unpack("=II", raw)[1])

    def close(self) -> None:
        """Hear no more."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        now = time.time()
        for _ in range(_AT_ONCE):
            try:
                data, sender = self._socket.recvfrom(_LONGEST)
            except BlockingIOError:
                return
            except OSError:
                return  # the interface went down; it may come back
            if sender[2] != _OUTGOING:
                self._inbox.put(HeardFrame(now, self.name, data))
