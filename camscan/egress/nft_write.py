"""An nftables ruleset from what was found to be in order; the cameras' other calls are dropped.

Names cannot stand in a ruleset; the addresses that were seen under them do, with the name beside.
"""

from __future__ import annotations

from collections.abc import Iterable

from camscan.egress.address import INSIDE, Network, is_inside, parse
from camscan.egress.mud_write import PERMITTED
from camscan.model.conversation import Conversation, Direction
from camscan.model.device import Device
from camscan.model.run import Run

_FAMILIES = {4: "ip", 6: "ip6"}


def nft_of(run: Run, devices: Iterable[Device], internal: tuple[Network, ...] = ()) -> str:
    """The ruleset for `devices` (the judged ones), for a router's forward hook.

    Inside stays open; each permitted call is one rule; everything else of these devices to the
    outside is counted, logged and dropped.
    """
    by_device = {device.id: device for device in devices}
    addresses = [
        plain
        for device in by_device.values()
        for plain in sorted({parse(text) for text in device.addresses} - {None}, key=str)
        if plain is not None and not plain.is_link_local
    ]
    lines = [
        f"# made by camscan from run {run.run.id}; look at it before you load it with nft -f",
        "table inet camscan_egress {",
    ]
    present = [v for v in _FAMILIES if any(plain.version == v for plain in addresses)]
    for version in present:
        own = sorted({p for p in addresses if p.version == version}, key=int)
        inside = [net for net in (*INSIDE, *internal) if net.version == version]
        lines += _set(f"cameras{version}", version, [str(each) for each in own])
        lines += _set(f"inside{version}", version, [str(net) for net in inside], interval=True)
    lines.append("\tchain forward {")
    lines.append("\t\ttype filter hook forward priority filter; policy accept;")
    lines.append("\t\tct state established,related accept")
    for version in present:
        family = _FAMILIES[version]
        lines.append(f"\t\t{family} saddr @cameras{version} {family} daddr @inside{version} accept")
    rules = (_rule(each, internal) for each in run.conversations if each.device in by_device)
    lines += dict.fromkeys(rule for rule in rules if rule is not None)
    for version in present:
        family = _FAMILIES[version]
        lines.append(
            f'\t\t{family} saddr @cameras{version} counter log prefix "camscan drop " drop'
        )
    return "\n".join([*lines, "\t}", "}", ""])


def _set(name: str, version: int, elements: list[str], *, interval: bool = False) -> list[str]:
    kind = "ipv4_addr" if version == 4 else "ipv6_addr"
    lines = [f"\tset {name} {{", f"\t\ttype {kind}"]
    if interval:
        lines += ["\t\tflags interval", "\t\tauto-merge"]
    lines.append(f"\t\telements = {{ {', '.join(elements)} }}")
    return [*lines, "\t}"]


def _rule(one: Conversation, internal: tuple[Network, ...]) -> str | None:
    """One permitted call to the outside."""
    source, peer = parse(one.address), parse(one.peer or "")
    if one.verdict not in PERMITTED or one.direction is not Direction.OUT:
        return None
    if source is None or peer is None or source.version != peer.version:
        return None
    if is_inside(peer, internal):
        return None
    family = _FAMILIES[source.version]
    words = [f"\t\t{family} saddr {source} {family} daddr {peer}"]
    if one.protocol in ("tcp", "udp") and one.port is not None:
        words.append(f"{one.protocol} dport {one.port}")
    words.append("accept")
    words.append(f'comment "{_comment(f"{one.verdict} {one.name or one.organisation or str()}")}"')
    return " ".join(words)


def _comment(text: str) -> str:
    """What may stand between quotes in a ruleset: at most 128 bytes, no quote, no control."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "?" for c in text)
    return plain.strip()[:120]
