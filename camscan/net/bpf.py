"""Classic BPF programs that let only answers to our own frames through, and their attachment.

Offsets count from the Ethernet header (socket(7) SO_ATTACH_FILTER, <linux/filter.h>).
"""

from __future__ import annotations

import ctypes
import socket
import struct

from camscan.net.bpf_assembler import ACCEPT, DROP, JUMP, Line, Program, assemble

EXTENSION_HEADERS, EXTENSION_OCTETS = 4, 80
"""So much may lie between the header of IPv6 and that of TCP or ICMPv6: all of an answer is then
among the octets of a frame that are read."""

_SO_ATTACH_FILTER = 26
_LDH, _LDB = 0x28, 0x30  # absolute
_LDH_X, _LDB_X = 0x48, 0x50  # relative to X
_LDX_IHL = 0xB1  # X = 4 * (byte & 0xf)
_JEQ, _JGE, _JGT, _JSET = 0x15, 0x35, 0x25, 0x45
_AND, _LSH, _ADD, _ADD_X = 0x54, 0x64, 0x04, 0x0C
_TAX, _TXA, _LDX_IMM = 0x07, 0x87, 0x01
_ST, _LD_MEM = 0x02, 0x60  # the scratch memory


def syn_answers4(first: int, last: int) -> Program:
    """IPv4: SYN-ACK or RST to source ports first..last; ICMP unreachable that quotes them."""
    return assemble(
        [
            (_LDB, 23),
            (_JEQ, 1, "icmp", ""),
            (_JEQ, 6, "", DROP),
            (_LDH, 20),
            (_JSET, 0x1FFF, DROP, ""),
            (_LDX_IHL, 14),
            (_LDH_X, 16),
            (_JGE, first, "", DROP),
            (_JGT, last, DROP, ""),
            (_LDB_X, 27),
            *_flags(),
            "icmp",
            (_LDX_IHL, 14),
            (_LDB_X, 14),
            (_JEQ, 3, "", DROP),
            (_LDB_X, 31),
            (_JEQ, 6, "", DROP),
            (_LDB_X, 22),
            (_AND, 0x0F),
            (_LSH, 2),
            (_ADD_X, 0),
            (_TAX, 0),
            (_LDH_X, 22),
            (_JGE, first, "", DROP),
            (_JGT, last, DROP, ACCEPT),
        ]
    )


def syn_answers6(first: int, last: int) -> Program:
    """IPv6: the same, also behind at most EXTENSION_HEADERS extension headers."""
    return assemble(
        [
            *_extension_headers(),
            "tcp",
            (_LDH_X, 56),
            (_JGE, first, "", DROP),
            (_JGT, last, DROP, ""),
            (_LDB_X, 67),
            *_flags(),
            "icmp",
            (_LDB_X, 54),
            (_JEQ, 1, "", DROP),
            (_LDB_X, 68),
            (_JEQ, 6, "", DROP),
            (_LDH_X, 102),
            (_JGE, first, "", DROP),
            (_JGT, last, DROP, ACCEPT),
        ]
    )


def arp_replies() -> Program:
    """ARP replies (RFC 826, operation 2)."""
    return assemble([(_LDH, 20), (_JEQ, 2, ACCEPT, DROP)])


def neighbour_advertisements() -> Program:
    """ICMPv6 neighbour advertisements (RFC 4861, type 136)."""
    return assemble(
        [
            (_LDB, 20),
            (_JEQ, 58, "", DROP),
            (_LDB, 54),
            (_JEQ, 136, ACCEPT, DROP),
        ]
    )


def attach(sock: socket.socket, program: Program) -> None:
    """Let only what `program` accepts reach `sock`; raises OSError."""
    code = b"".join(struct.pack("=HBBI", *line) for line in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, head)


def _extension_headers() -> list[Line]:
    """To `tcp` or `icmp` with X the octets between IPv6's own header and that one; hop-by-hop and
    destination options, routing headers and first fragments lie between them (RFC 8200, 4)."""
    lines: list[Line] = [(_LDX_IMM, 0), (_LDB, 20)]
    for turn in range(EXTENSION_HEADERS):
        fragment, options, after = f"fragment {turn}", f"options {turn}", f"after {turn}"
        lines += [
            (_JEQ, 6, "tcp", ""),
            (_JEQ, 58, "icmp", ""),
            (_JEQ, 0, options, ""),
            (_JEQ, 60, options, ""),
            (_JEQ, 43, options, ""),
            (_JEQ, 44, fragment, DROP),
            fragment,
            (_LDH_X, 56),
            (_JSET, 0xFFF8, DROP, ""),
            (_LDB_X, 54),
            (_ST, 0),
            (_TXA, 0),
            (_ADD, 8),
            (JUMP, 0, after, after),
            options,
            (_LDB_X, 54),
            (_ST, 0),
            (_LDB_X, 55),
            (_ADD, 1),
            (_LSH, 3),
            (_ADD_X, 0),
            after,
            (_JGT, EXTENSION_OCTETS, DROP, ""),
            (_TAX, 0),
            (_LD_MEM, 0),
        ]
    return [*lines, (_JEQ, 6, "tcp", ""), (_JEQ, 58, "icmp", DROP)]


def _flags() -> list[Line]:
    """RST, or SYN and ACK together."""
    return [
        (_JSET, 0x04, ACCEPT, ""),
        (_AND, 0x12),
        (_JEQ, 0x12, ACCEPT, DROP),
    ]
