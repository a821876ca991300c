"""The kernel's filter for listening: what devices say of themselves passes, video does not.

Classic BPF (socket(7) SO_ATTACH_FILTER, <linux/filter.h>) over Ethernet frames, whose VLAN tag
the kernel has taken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""

_LDW, _LDH, _LDB, _LDH_X = 0x20, 0x28, 0x30, 0x48
_LDX_IHL = 0xB1  # X = 4 * (byte & 0xf)
_JEQ, _JGT, _JSET, _RET = 0x15, 0x25, 0x45, 0x06
_ACCEPT, _DROP, _NEXT = "accept", "drop", ""
_WHOLE = 0x40000
_FARTHEST = 255

_IP4, _IP6, _ARP, _LLDP = 0x0800, 0x86DD, 0x0806, 0x88CC
_LONGEST_802_3 = 1500
_CDP_GROUP = 0x01000CCC
_UDP, _IGMP, _ICMPV6, _HOP_BY_HOP, _FRAGMENT = 17, 2, 58, 0, 44
_FRAGMENTED = 0x3FFF  # more fragments, or an offset
_LINK_GROUP6 = 0xFF02

_Line = tuple[int, int] | tuple[int, int, str, str] | str


def listen_filter(ports: Iterable[int]) -> tuple[Instruction, ...]:
    """ARP, LLDP, CDP and IGMP; ICMPv6 to groups of the link; UDP from or to `ports`, and all
    fragments of UDP, for only the first says its ports. At most 50 ports."""
    wanted = sorted(set(ports))
    return _assemble(
        (
            (_LDH, 12),
            (_JEQ, _ARP, _ACCEPT, _NEXT),
            (_JEQ, _LLDP, _ACCEPT, _NEXT),
            (_JEQ, _IP4, "ip4", _NEXT),
            (_JEQ, _IP6, "ip6", _NEXT),
            (_JGT, _LONGEST_802_3, _DROP, _NEXT),
            (_LDW, 0),
            (_JEQ, _CDP_GROUP, _ACCEPT, _DROP),
            "ip4",
            (_LDB, 23),
            (_JEQ, _IGMP, _ACCEPT, _NEXT),
            (_JEQ, _UDP, _NEXT, _DROP),
            (_LDH, 20),
            (_JSET, _FRAGMENTED, _ACCEPT, _NEXT),
            (_LDX_IHL, 14),
            (_LDH_X, 14),
            *_any_of(wanted),
            (_LDH_X, 16),
            *_any_of(wanted),
            (_JEQ, 0, _DROP, _DROP),
            "ip6",
            (_LDB, 20),
            (_JEQ, _UDP, "udp6", _NEXT),
            (_JEQ, _FRAGMENT, "fragment6", _NEXT),
            (_JEQ, _ICMPV6, "group6", _NEXT),
            (_JEQ, _HOP_BY_HOP, "group6", _DROP),
            "fragment6",
            (_LDB, 54),
            (_JEQ, _UDP, _ACCEPT, _DROP),
            "group6",
            (_LDH, 38),
            (_JEQ, _LINK_GROUP6, _ACCEPT, _DROP),
            "udp6",
            (_LDH, 54),
            *_any_of(wanted),
            (_LDH, 56),
            *_any_of(wanted),
            (_JEQ, 0, _DROP, _DROP),
        )
    )


def _any_of(ports: Sequence[int]) -> list[_Line]:
    return [(_JEQ, port, _ACCEPT, _NEXT) for port in ports]


def _assemble(lines: Sequence[_Line]) -> tuple[Instruction, ...]:
    """Jumps name a label, `accept`, `drop` or the next line; a label stands as a string."""
    places: dict[str, int] = {}
    plain: list[tuple[int, int] | tuple[int, int, str, str]] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(plain)
        else:
            plain.append(line)
    places[_ACCEPT], places[_DROP] = len(plain), len(plain) + 1
    program: list[Instruction] = []
    for at, line in enumerate(plain):
        true, false = [places[name] - at - 1 if name else 0 for name in line[2:]] or (0, 0)
        if max(true, false) > _FARTHEST:
            raise ValueError("too many ports for the jumps of classic BPF")
        program.append((line[0], true, false, line[1]))
    return (*program, (_RET, 0, 0, _WHOLE), (_RET, 0, 0, 0))
