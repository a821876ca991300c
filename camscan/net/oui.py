"""The organisation to which IEEE gave a MAC address's block."""

from __future__ import annotations

from functools import cache

from camscan.net.scapy_bridge import manufacturer_table
from camscan.protocols.mac import normal_mac

Table = dict[int, dict[int, str]]

_BLOCK_BITS = (36, 28, 24)  # MA-S, MA-M, MA-L; the longest holds
_LOCAL = 0x02
_SUBDIVIDED = "ieee registration authority"


def ieee_organisation(mac: str) -> str | None:
    """The registered name; None for an unlisted or locally administered MAC, or without scapy."""
    clean = normal_mac(mac)
    if clean is None:
        return None
    octets = bytes.fromhex(clean.replace(":", ""))
    if octets[0] & _LOCAL:
        return None
    value = int.from_bytes(octets, "big")
    table = _table()
    for bits in _BLOCK_BITS:
        name = table.get(bits, {}).get(value >> (48 - bits))
        if name is not None:
            # A block that IEEE divided further belongs to nobody where no smaller one is listed.
            return None if name.lower() == _SUBDIVIDED else name
    return None


def parse_table(text: str) -> Table:
    """Lines `00:1B:C5:00:00/36 <tab> short <tab> name` to prefix length, prefix, name."""
    table: Table = {}
    for line in text.splitlines():
        parts = line.split("\t")
        prefix, _, length = parts[0].strip().partition("/")
        digits = prefix.replace(":", "").replace("-", "")
        name = parts[-1].strip()
        if len(parts) < 2 or not name:
            continue
        try:
            bits = int(length) if length else 4 * len(digits)
            value = int(digits, 16)
        except ValueError:
            continue
        if 0 < bits <= 48 and 4 * len(digits) <= 48:
            aligned = value << (48 - 4 * len(digits))
            table.setdefault(bits, {})[aligned >> (48 - bits)] = name
    return table


@cache
def _table() -> Table:
    return parse_table(manufacturer_table() or "")
