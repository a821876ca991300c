"""The kernel's filter for listening: what devices say of themselves passes, video does not.

Classic BPF (socket(7) SO_ATTACH_FILTER, <linux/filter.h>) over Ethernet frames, whose VLAN tag
the kernel has taken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from camscan.net.bpf_assembler import ACCEPT, DROP, NEXT, Line, Program, assemble

_LDW, _LDH, _LDB, _LDH_X = 0x20, 0x28, 0x30, 0x48
_LDX_IHL = 0xB1  # X = 4 * (byte & 0xf)
_JEQ, _JGT, _JSET = 0x15, 0x25, 0x45

_IP4, _IP6, _ARP, _LLDP = 0x0800, 0x86DD, 0x0806, 0x88CC
_LONGEST_802_3 = 1500
_CDP_GROUP = 0x01000CCC
_UDP, _IGMP, _ICMPV6, _HOP_BY_HOP, _FRAGMENT = 17, 2, 58, 0, 44
_FRAGMENTED = 0x3FFF  # more fragments, or an offset
_LINK_GROUP6 = 0xFF02


def listen_filter(ports: Iterable[int]) -> Program:
    """ARP, LLDP, CDP and IGMP; ICMPv6 to groups of the link; UDP from or to `ports`, and all
    fragments of UDP, for only the first says its ports. At most 50 ports."""
    wanted = sorted(set(ports))
    return assemble(
        (
            (_LDH, 12),
            (_JEQ, _ARP, ACCEPT, NEXT),
            (_JEQ, _LLDP, ACCEPT, NEXT),
            (_JEQ, _IP4, "ip4", NEXT),
            (_JEQ, _IP6, "ip6", NEXT),
            (_JGT, _LONGEST_802_3, DROP, NEXT),
            (_LDW, 0),
            (_JEQ, _CDP_GROUP, ACCEPT, DROP),
            "ip4",
            (_LDB, 23),
            (_JEQ, _IGMP, ACCEPT, NEXT),
            (_JEQ, _UDP, NEXT, DROP),
            (_LDH, 20),
            (_JSET, _FRAGMENTED, ACCEPT, NEXT),
            (_LDX_IHL, 14),
            (_LDH_X, 14),
            *_any_of(wanted),
            (_LDH_X, 16),
            *_any_of(wanted),
            (_JEQ, 0, DROP, DROP),
            "ip6",
            (_LDB, 20),
            (_JEQ, _UDP, "udp6", NEXT),
            (_JEQ, _FRAGMENT, "fragment6", NEXT),
            (_JEQ, _ICMPV6, "group6", NEXT),
            (_JEQ, _HOP_BY_HOP, "group6", DROP),
            "fragment6",
            (_LDB, 54),
            (_JEQ, _UDP, ACCEPT, DROP),
            "group6",
            (_LDH, 38),
            (_JEQ, _LINK_GROUP6, ACCEPT, DROP),
            "udp6",
            (_LDH, 54),
            *_any_of(wanted),
            (_LDH, 56),
            *_any_of(wanted),
            (_JEQ, 0, DROP, DROP),
        )
    )


def _any_of(ports: Sequence[int]) -> list[Line]:
    return [(_JEQ, port, ACCEPT, NEXT) for port in ports]
