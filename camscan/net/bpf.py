"""Classic BPF programs that let only answers to our own frames through, and their attachment.

Offsets count from the Ethernet header (socket(7) SO_ATTACH_FILTER, <linux/filter.h>).
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Sequence

_SO_ATTACH_FILTER = 26
_LDH, _LDB = 0x28, 0x30  # absolute
_LDH_X, _LDB_X = 0x48, 0x50  # relative to X
_LDX_IHL = 0xB1  # X = 4 * (byte & 0xf)
_JEQ, _JGE, _JGT, _JSET = 0x15, 0x35, 0x25, 0x45
_AND, _LSH, _ADD_X, _TAX, _RET = 0x54, 0x64, 0x0C, 0x07, 0x06

_ACCEPT, _DROP = "accept", "drop"
Line = tuple[int, int] | tuple[int, int, str, str] | str
Program = tuple[tuple[int, int, int, int], ...]


def syn_answers4(first: int, last: int) -> Program:
    """IPv4: SYN-ACK or RST to source ports first..last; ICMP unreachable that quotes them."""
    return _assemble(
        [
            (_LDB, 23),
            (_JEQ, 1, "icmp", ""),
            (_JEQ, 6, "", _DROP),
            (_LDH, 20),
            (_JSET, 0x1FFF, _DROP, ""),
            (_LDX_IHL, 14),
            (_LDH_X, 16),
            (_JGE, first, "", _DROP),
            (_JGT, last, _DROP, ""),
            (_LDB_X, 27),
            *_flags(),
            "icmp",
            (_LDX_IHL, 14),
            (_LDB_X, 14),
            (_JEQ, 3, "", _DROP),
            (_LDB_X, 31),
            (_JEQ, 6, "", _DROP),
            (_LDB_X, 22),
            (_AND, 0x0F),
            (_LSH, 2),
            (_ADD_X, 0),
            (_TAX, 0),
            (_LDH_X, 22),
            (_JGE, first, "", _DROP),
            (_JGT, last, _DROP, _ACCEPT),
        ]
    )


def syn_answers6(first: int, last: int) -> Program:
    """IPv6: the same; an answer with extension headers is not seen."""
    return _assemble(
        [
            (_LDB, 20),
            (_JEQ, 58, "icmp", ""),
            (_JEQ, 6, "", _DROP),
            (_LDH, 56),
            (_JGE, first, "", _DROP),
            (_JGT, last, _DROP, ""),
            (_LDB, 67),
            *_flags(),
            "icmp",
            (_LDB, 54),
            (_JEQ, 1, "", _DROP),
            (_LDB, 68),
            (_JEQ, 6, "", _DROP),
            (_LDH, 102),
            (_JGE, first, "", _DROP),
            (_JGT, last, _DROP, _ACCEPT),
        ]
    )


def arp_replies() -> Program:
    """ARP replies (RFC 826, operation 2)."""
    return _assemble([(_LDH, 20), (_JEQ, 2, _ACCEPT, _DROP)])


def neighbour_advertisements() -> Program:
    """ICMPv6 neighbour advertisements (RFC 4861, type 136)."""
    return _assemble(
        [
            (_LDB, 20),
            (_JEQ, 58, "", _DROP),
            (_LDB, 54),
            (_JEQ, 136, _ACCEPT, _DROP),
        ]
    )


def attach(sock: socket.socket, program: Program) -> None:
    """Let only what `program` accepts reach `sock`; raises OSError."""
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, head)


def _flags() -> list[Line]:
    """RST, or SYN and ACK together."""
    return [
        (_JSET, 0x04, _ACCEPT, ""),
        (_AND, 0x12),
        (_JEQ, 0x12, _ACCEPT, _DROP),
    ]


def _assemble(lines: Sequence[Line]) -> Program:
    """Jumps name a label, `accept`, `drop` or the next line (""); a label stands as a string."""
    places: dict[str, int] = {}
    plain: list[tuple[int, int] | tuple[int, int, str, str]] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(plain)
        else:
            plain.append(line)
    places[_ACCEPT], places[_DROP] = len(plain), len(plain) + 1
    program = []
    for at, line in enumerate(plain):
        hops = [places[name] - at - 1 if name else 0 for name in line[2:]]
        true, false = hops if hops else (0, 0)
        program.append((line[0], true, false, line[1]))
    return (*program, (_RET, 0, 0, 0xFFFF), (_RET, 0, 0, 0))
