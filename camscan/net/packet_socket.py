"""Frames out and in by the hundred: AF_PACKET with sendmmsg(2) and recvmmsg(2) (Linux)."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from camscan.errors import LocalFaultError
from camscan.net.bpf import attach
from camscan.net.bpf_assembler import Program
from camscan.net.mmsg import Iovec, Message, call

Octets = npt.NDArray[np.uint8]

_SO_RCVBUFFORCE, _SO_SNDBUFFORCE = 33, 32
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_RECEIVE_BUFFER = 8 << 20
_SEND_BUFFER = 2 << 20
_MSG_DONTWAIT = 0x40
_FULL = 0.0005
_BUSY = (errno.ENOBUFS, errno.EAGAIN, errno.EINTR)


class _Vector:
    """Message headers that point at the rows of an array, which must outlive them."""

    def __init__(self, rows: Octets) -> None:
        self.rows = rows
        count, width = rows.shape
        self._parts = (Iovec * count)()
        self.messages = (Message * count)()
        start = rows.ctypes.data
        parts = ctypes.addressof(self._parts)
        for number in range(count):
            self._parts[number].base = start + number * rows.strides[0]
            self._parts[number].length = width
            self.messages[number].head.vectors = parts + number * ctypes.sizeof(Iovec)
            self.messages[number].head.vector_count = 1


def sending_socket(index: int) -> socket.socket:
    """A socket for FrameSender by one interface; LocalFaultError without the permission."""
    sock = _packet_socket(index, 0)
    _enlarge(sock, _SO_SNDBUFFORCE, socket.SO_SNDBUF, _SEND_BUFFER)
    return sock


class FrameSender:
    """Sends rows of `frames` by a `sending_socket`, which its owner closes."""

    def __init__(self, sock: socket.socket, frames: Octets) -> None:
        self._vector = _Vector(frames)
        self._sendmmsg = call("sendmmsg")
        self._sock = sock  # open as long as its number is used
        self._number = sock.fileno()

    def send(self, first: int, last: int) -> int:
        """Send the rows `first` up to `last`; how many left before a full queue held up one."""
        start = ctypes.byref(self._vector.messages, first * ctypes.sizeof(Message))
        done = self._sendmmsg(self._number, start, last - first, _MSG_DONTWAIT)
        if done >= 0:
            return int(done)
        number = ctypes.get_errno()
        if number in _BUSY:
            return 0
        raise LocalFaultError(f"sending frames failed: {os.strerror(number)}")

    def send_all(self, first: int, last: int, *, stopped: Callable[[], bool]) -> int:
        """Send the rows `first` up to `last`, waiting for room until `stopped`; how many left."""
        at = first + (self.send(first, last) if last > first else 0)
        while at < last and not stopped():
            time.sleep(_FULL)
            at += self.send(at, last)
        return at - first


class FrameReader:
    """Reads what `program` accepts of one interface and EtherType, `slots` frames at a time."""

    def __init__(self, index: int, kind: int, program: Program, *, slots: int = 256) -> None:
        # Opened for no protocol, so that nothing is queued before the filter is in place.
        self._sock = _packet_socket(index, 0)
        try:
            attach(self._sock, program)
            _enlarge(self._sock, _SO_RCVBUFFORCE, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            self._sock.bind((socket.if_indextoname(index), kind))
        except OSError as error:
            self._sock.close()
            raise LocalFaultError(f"listening for answers failed: {error.strerror}") from error
        self.index = index
        self.kind = kind
        self._vector = _Vector(np.zeros((slots, 192), dtype=np.uint8))
        self._slots = slots
        self._recvmmsg = call("recvmmsg")

    def fileno(self) -> int:
        return self._sock.fileno()

    def read(self) -> Octets:
        """The frames that wait, cut or padded with zeros to 192 bytes; none: an empty array."""
        got = self._recvmmsg(self.fileno(), self._vector.messages, self._slots, _MSG_DONTWAIT, None)
        used = self._vector.rows[: max(got, 0)]
        frames = used.copy()
        used[:] = 0
        return frames

    def dropped(self) -> int:
        """Frames that the kernel dropped for want of room since the last call."""
        raw = self._sock.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        return int(struct.unpack("=II", raw)[1])

    def close(self) -> None:
        self._sock.close()


def _packet_socket(index: int, kind: int) -> socket.socket:
    try:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except OSError as error:
        raise LocalFaultError(f"raw frames need NET_RAW: {error.strerror}") from error
    try:
        sock.bind((socket.if_indextoname(index), kind))
    except OSError as error:
        sock.close()
        raise LocalFaultError(f"interface {index}: {error.strerror}") from error
    return sock


def _enlarge(sock: socket.socket, forced: int, usual: int, size: int) -> None:
    for option in (forced, usual):
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, size)
        except OSError:
            continue  # NET_ADMIN is missing: as much as the system's limit allows
        return
