"""Frames of one interface by a ring that the kernel fills: AF_PACKET, TPACKET_V3 (Linux).

The kernel's Documentation/networking/packet_mmap.rst and <linux/if_packet.h> have the layouts.
Nothing is ever sent.
"""

from __future__ import annotations

import mmap
import select
import socket
import struct
from collections.abc import Iterator

from camscan.errors import LocalFaultError
from camscan.net.bpf import attach
from camscan.net.bpf_assembler import Program

# seconds since the epoch, link type, buffer, first byte, end, length on the wire
Frame = tuple[float, int, bytes, int, int, int]

ETHERNET = 1
"""DLT_EN10MB, the link type of every frame."""

_SOL_PACKET = 263
_ADD_MEMBERSHIP, _RX_RING, _STATISTICS, _VERSION = 1, 5, 6, 10
_TPACKET_V3 = 2
_PROMISCUOUS = 1
_ETH_P_ALL = 0x0003
_ETHERNET_LIKE = (1, 772)  # ARPHRD_ETHER, ARPHRD_LOOPBACK
_LOOPBACK = 772
_OUTGOING = 4
_USER = 1  # TP_STATUS_USER: the block is ours
_KERNEL = b"\0\0\0\0"
BLOCK, BLOCKS = 1 << 19, 32
_RETIRE = 100  # ms after which a block that is not full is handed over
_BLOCK_HEAD = struct.Struct("=II IIII")  # version, private; status, packets, first, length
_FRAME_HEAD = struct.Struct("=IIIIIIHH")  # next, seconds, ns, captured, wire, status, mac, net
_SENDER = 48  # struct tpacket3_hdr, aligned; a sockaddr_ll follows
_PACKET_TYPE = _SENDER + 10


class PacketRing:
    """What `program` lets through of the interface `name`, from now on. Raises LocalFaultError."""

    def __init__(self, name: str, program: Program, *, promiscuous: bool = False) -> None:
        if not hasattr(socket, "AF_PACKET"):
            raise LocalFaultError("capturing needs AF_PACKET, which only Linux has")
        try:
            self.index = socket.if_nametoindex(name)
        except OSError as error:
            raise LocalFaultError(f"{name}: no interface of this name") from error
        try:
            # Opened for no protocol, so that nothing is queued before the filter is in place.
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        except OSError as error:
            raise LocalFaultError(f"capturing needs NET_RAW: {error.strerror}") from error
        try:
            self._open(name, program, promiscuous=promiscuous)
        except OSError as error:
            self._socket.close()
            raise LocalFaultError(f"{name}: cannot capture: {error.strerror}") from error
        except BaseException:
            self._socket.close()
            raise
        self._next = 0
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | select.POLLERR)

    def _open(self, name: str, program: Program, *, promiscuous: bool) -> None:
        attach(self._socket, program)
        self._socket.setsockopt(_SOL_PACKET, _VERSION, struct.pack("=i", _TPACKET_V3))
        frame = 1 << 11
        request = struct.pack("=7I", BLOCK, BLOCKS, frame, BLOCK * BLOCKS // frame, _RETIRE, 0, 0)
        self._socket.setsockopt(_SOL_PACKET, _RX_RING, request)
        self._map = mmap.mmap(self._socket.fileno(), BLOCK * BLOCKS)
        self._socket.bind((name, _ETH_P_ALL))
        kind = self._socket.getsockname()[3]
        if kind not in _ETHERNET_LIKE:
            raise LocalFaultError(f"{name}: its frames are not Ethernet (link type {kind})")
        # What this machine sends to itself is seen twice on loop-back: going out and coming in.
        self._skipped = _OUTGOING if kind == _LOOPBACK else -1
        if promiscuous:
            wanted = struct.pack("@iHH8s", self.index, _PROMISCUOUS, 0, b"")
            self._socket.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, wanted)

    def fileno(self) -> int:
        return self._socket.fileno()

    def wait(self, seconds: float) -> bool:
        """Wait until the kernel has handed over a block, at most so long; False: none came.

        Raises OSError (ENETDOWN) when the interface went down.
        """
        if self._ready():
            return True
        events = self._poll.poll(max(0, round(seconds * 1000)))
        if events and events[0][1] & select.POLLERR:
            number = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if number:
                raise OSError(number, "the interface went down")
        return self._ready()

    def frames(self) -> Iterator[Frame]:
        """Every frame of the blocks that are handed over now."""
        for _ in range(BLOCKS):
            if not self._ready():
                return
            start = self._next * BLOCK
            _, _, _, count, first, length = _BLOCK_HEAD.unpack_from(self._map, start)
            data = self._map[start : start + length]
            self._map[start + 8 : start + 12] = _KERNEL
            self._next = (self._next + 1) % BLOCKS
            yield from self._of_block(data, count, first)

    def _of_block(self, data: bytes, count: int, at: int) -> Iterator[Frame]:
        unpack, skipped = _FRAME_HEAD.unpack_from, self._skipped
        for _ in range(count):
            following, seconds, nano, captured, wire, _, place, _ = unpack(data, at)
            if data[at + _PACKET_TYPE] != skipped:
                start = at + place
                yield seconds + nano * 1e-9, ETHERNET, data, start, start + captured, wire
            at += following

    def _ready(self) -> bool:
        status: int = struct.unpack_from("=I", self._map, self._next * BLOCK + 8)[0]
        return bool(status & _USER)

    def statistics(self) -> tuple[int, int]:
        """Frames that passed the filter and, of these, dropped for want of room, since the last
        call."""
        raw = self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 12)
        seen, dropped, _ = struct.unpack("=III", raw)
        return seen, dropped

    def close(self) -> None:
        """Hear no more; twice does no harm."""
        self._map.close()
        self._socket.close()
