"""The kernel's filter of a live egress capture: what stays inside the networks costs nothing.

Classic BPF (socket(7) SO_ATTACH_FILTER, <linux/filter.h>) over Ethernet frames. The kernel has
taken off one VLAN tag; a second one (QinQ) is passed over. Small inventories are matched exactly;
larger ones by networks and by makers' MAC prefixes, and whoever reads must look again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses

from msgspec import Struct

from camscan.net.bpf_assembler import JUMP, NEXT, Line, Program, assemble

Network = IPv4Network | IPv6Network

_LDW, _LDH = 0x20, 0x28  # absolute
_LDW_X, _LDH_X, _LDB_X = 0x40, 0x48, 0x50  # relative to X
_LDX_IMM, _LDX_MEM, _STX, _TAX = 0x01, 0x61, 0x03, 0x07
_AND, _LSH, _ADD_X = 0x54, 0x64, 0x0C
_JEQ, _JGE, _JSET = 0x15, 0x35, 0x45
_RET = 0x06

_IP4, _IP6, _VLAN, _QINQ = 0x0800, 0x86DD, 0x8100, 0x88A8
_ICMP, _TCP, _UDP, _ICMPV6 = 1, 6, 17, 58
_UNREACHABLE, _TIME_EXCEEDED, _FIRST_OF_NO_ERROR = 3, 11, 128
_FIN_SYN_RST = 0x07
_INSIDE_PORTS = (53, 123)
_OFFSET = 0x1FFF
_WORD = 0xFFFFFFFF

SNAP = 1600
"""Octets of a frame that are read: a whole QUIC Initial or the start of a TLS stream."""
MOST_ADDRESSES, MOST_NETWORKS6, MOST_MACS = 256, 64, 512
"""More of each are matched by networks or by their first three octets."""
_CHAIN = 200
MOST_LINES = 4096
"""What the kernel takes (BPF_MAXINSNS)."""


class CrossingFilter(Struct, frozen=True, kw_only=True):
    """`program` for the kernel; `exact` is False when it passes more than was asked for."""

    program: Program
    exact: bool


def crossing_filter(
    addresses: Iterable[bytes] | None, macs: Iterable[bytes], inside: Sequence[Network]
) -> CrossingFilter:
    """Packets between the watched (packed `addresses` and `macs`; None: everybody) and the world.

    Of what stays within the `inside` networks only the starts and ends of TCP connections, ICMP
    errors, DNS and NTP of the watched pass. ValueError when the inside networks are too many.
    """
    packed = None if addresses is None else frozenset(addresses)
    known = sorted(set(macs))
    for share in (1, 2, 4, 8):
        built = _built(packed, known, inside, share)
        if built is not None:
            return built
    raise ValueError("too many inside networks for the kernel's filter: join some of them")


def _built(
    packed: frozenset[bytes] | None, known: list[bytes], inside: Sequence[Network], share: int
) -> CrossingFilter | None:
    """The filter with a `share`-th of the most addresses, networks and MACs; None: too long."""
    four = [IPv4Address(one) for one in packed or () if len(one) == 4]
    six = [IPv6Address(one) for one in packed or () if len(one) == 16]
    nets4 = _at_most([IPv4Network(one) for one in four], MOST_ADDRESSES // share)
    nets6 = _at_most(
        [IPv6Network((int(one) >> 64 << 64, 64)) for one in six], MOST_NETWORKS6 // share
    )
    makers = len(known) > MOST_MACS // share
    fours = [net for net in inside if isinstance(net, IPv4Network)]
    sixes = [net for net in inside if isinstance(net, IPv6Network) and net.prefixlen < 127]
    label = _Labels()
    wanted4 = wanted6 = _accept()
    if packed is not None:
        watched4 = [*_either(nets4, (26, 30), _in4, label), *_macs(known, makers, label)]
        watched6 = [*_either(nets6, (22, 38), _in6, label), *_macs(known, makers, label)]
        wanted4, wanted6 = [*watched4, *_drop()], [*watched6, *_drop()]
    program = assemble(
        (
            (_LDX_IMM, 0),
            (_LDH, 12),
            (_JEQ, _VLAN, "tag", NEXT),
            (_JEQ, _QINQ, "tag", "typed"),
            "tag",
            (_LDX_IMM, 4),
            (_LDH, 16),
            "typed",
            (_STX, 0),
            (_JEQ, _IP4, "ip4", NEXT),
            (_JEQ, _IP6, NEXT, "other"),
            (JUMP, 0, "ip6", "ip6"),
            "other",
            *_drop(),
            "ip4",
            *_both_inside(fours, (26, 30), _in4, "within4", "wanted4", label),
            "within4",
            *_within4(),
            "wanted4",
            (_LDX_MEM, 0),
            *wanted4,
            "ip6",
            *_both_inside(sixes, (22, 38), _in6, "within6", "wanted6", label),
            "within6",
            *_within6(),
            "wanted6",
            (_LDX_MEM, 0),
            *wanted6,
        )
    )
    if len(program) > MOST_LINES:
        return None
    exact = not makers and nets4 == sorted(IPv4Network(one) for one in four) and not six
    return CrossingFilter(program=program, exact=packed is None or exact)


class _Labels:
    """Labels that nobody else uses."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        self._last += 1
        return f"label {self._last}"


def _accept() -> list[Line]:
    return [(_RET, SNAP)]


def _drop() -> list[Line]:
    return [(_RET, 0)]


def _at_most(networks: Sequence[Network], most: int) -> list[Network]:
    """The networks, joined into wider ones until there are at most `most`."""
    if len(networks) <= most:
        return sorted(networks)
    joined: list[Network] = list(collapse_addresses(networks))  # type: ignore[type-var]
    if len(joined) <= most:
        return joined
    kind = type(networks[0])
    bits = networks[0].max_prefixlen
    values = [int(net.network_address) for net in networks]
    for length in range(max(net.prefixlen for net in networks) - 1, 0, -1):
        heads = {value >> (bits - length) for value in values}
        if len(heads) <= most:
            return [kind((head << (bits - length), length)) for head in sorted(heads)]
    return [kind((0, 0))]


_Tester = Callable[[Network, int, str, str], list[Line]]


def _in4(network: Network, offset: int, hit: str, miss: str) -> list[Line]:
    mask = int(network.netmask)
    lines: list[Line] = [(_LDW_X, offset)]
    if mask != _WORD:
        lines.append((_AND, mask))
    return [*lines, (_JEQ, int(network.network_address), hit, miss)]


def _in6(network: Network, offset: int, hit: str, miss: str) -> list[Line]:
    mask, value = int(network.netmask), int(network.network_address)
    lines: list[Line] = []
    words = max(1, (network.prefixlen + 31) // 32)
    for word in range(words):
        shift = 96 - 32 * word
        own = mask >> shift & _WORD
        lines.append((_LDW_X, offset + 4 * word))
        if own != _WORD:
            lines.append((_AND, own))
        lines.append((_JEQ, value >> shift & _WORD, hit if word == words - 1 else NEXT, miss))
    return lines


def _both_inside(
    inside: Sequence[Network],
    offsets: tuple[int, int],
    tester: _Tester,
    within: str,
    crossing: str,
    label: _Labels,
) -> list[Line]:
    """Fall to `within` (which follows) when source and destination are inside, else `crossing`."""
    lines: list[Line] = []
    for offset in offsets:
        hit = label()
        for net in inside:
            near, miss = label(), label()
            lines += [*tester(net, offset, near, miss), near, (JUMP, 0, hit, hit), miss]
        lines += [(JUMP, 0, crossing, crossing), hit]
    lines.append((JUMP, 0, within, within))
    return lines


def _within4() -> list[Line]:
    """Of IPv4 inside: the ends of TCP connections, ICMP errors, DNS and NTP."""
    return [
        (_LDX_MEM, 0),
        (_LDH_X, 20),
        (_JSET, _OFFSET, "drop4", NEXT),
        (_LDB_X, 23),
        (_JEQ, _TCP, "transport4", NEXT),
        (_JEQ, _UDP, "transport4", NEXT),
        (_JEQ, _ICMP, "transport4", "drop4"),
        "transport4",
        (_LDB_X, 14),
        (_AND, 0x0F),
        (_LSH, 2),
        (_ADD_X, 0),
        (_TAX, 0),
        *_transport("4", start=14, kinds=(_UNREACHABLE, _TIME_EXCEEDED)),
    ]


def _within6() -> list[Line]:
    """The same of IPv6 without extension headers."""
    return [
        (_LDX_MEM, 0),
        (_LDB_X, 20),
        (_JEQ, _TCP, "transport6", NEXT),
        (_JEQ, _UDP, "transport6", NEXT),
        (_JEQ, _ICMPV6, "transport6", "drop6"),
        "transport6",
        *_transport("6", start=54, kinds=None),
    ]


def _transport(version: str, *, start: int, kinds: tuple[int, ...] | None) -> list[Line]:
    """What passes of a transport header at X + start, then DROP."""
    wanted, drop = f"pass{version}", f"drop{version}"
    ports = [(_JEQ, port, wanted, NEXT) for port in _INSIDE_PORTS]
    protocol = (_LDX_MEM, 0), (_LDB_X, 23 if version == "4" else 20)
    again: list[Line] = [(_LDX_MEM, 0)]
    if version == "4":
        again += [(_LDB_X, 14), (_AND, 0x0F), (_LSH, 2), (_ADD_X, 0), (_TAX, 0)]
    errors: list[Line] = (
        [(_JEQ, kind, wanted, NEXT) for kind in kinds]
        if kinds is not None
        else [(_JGE, _FIRST_OF_NO_ERROR, drop, wanted)]
    )
    icmp = _ICMP if version == "4" else _ICMPV6
    return [
        *protocol,
        (_JEQ, icmp, f"icmp{version}", NEXT),
        (_JEQ, _TCP, NEXT, f"ports{version}"),
        *again,
        (_LDB_X, start + 13),
        (_JSET, _FIN_SYN_RST, wanted, NEXT),
        f"ports{version}",
        *again,
        (_LDH_X, start),
        *ports,
        (_LDH_X, start + 2),
        *ports,
        (JUMP, 0, drop, drop),
        f"icmp{version}",
        *again,
        (_LDB_X, start),
        *errors,
        drop,
        *_drop(),
        wanted,
        (JUMP, 0, f"wanted{version}", f"wanted{version}"),
    ]


def _either(
    networks: Sequence[Network], offsets: tuple[int, int], tester: _Tester, label: _Labels
) -> list[Line]:
    """Accept when source or destination is in one of the networks, else fall through."""
    lines: list[Line] = []
    single = [int(net.network_address) for net in networks if net.prefixlen == 32]
    for offset in offsets:
        if tester is _in4:
            lines += _chain((_LDW_X, offset), single, label)
        for net in networks:
            if tester is _in6 or net.prefixlen != 32:
                hit, miss = label(), label()
                lines += [*tester(net, offset, hit, miss), hit, *_accept(), miss]
    return lines


def _macs(macs: Sequence[bytes], makers: bool, label: _Labels) -> list[Line]:
    """Accept frames from or to a MAC: by its last four octets, or its first three."""
    if not makers:
        values = sorted({int.from_bytes(mac[2:], "big") for mac in macs})
        return [*_chain((_LDW, 8), values, label), *_chain((_LDW, 2), values, label)]
    prefixes = sorted({int.from_bytes(mac[:3], "big") << 8 for mac in macs})[:MOST_MACS]
    lines: list[Line] = []
    for offset in (6, 0):
        lines += _chain((_LDW, offset), prefixes, label, mask=0xFFFFFF00)
    return lines


def _chain(
    load: tuple[int, int], values: Sequence[int], label: _Labels, *, mask: int | None = None
) -> list[Line]:
    """Accept when the loaded word is one of the values."""
    lines: list[Line] = []
    for start in range(0, len(values), _CHAIN):
        hit, after = label(), label()
        lines.append(load)
        if mask is not None:
            lines.append((_AND, mask))
        lines += [(_JEQ, value, hit, NEXT) for value in values[start : start + _CHAIN]]
        lines += [(JUMP, 0, after, after), hit, *_accept(), after]
    return lines
