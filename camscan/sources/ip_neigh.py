"""Neighbour tables as Unix prints them: `ip neigh` (text, `-br` and `-j`), `arp -a`, `-an` and
`-n` of Linux, macOS and the BSDs, /proc/net/arp, `ndp -an`.

Entries have no time of their own. Link-local addresses keep the zone of the machine that
printed them.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from camscan.net.address import parse
from camscan.net.neighbour import parse_arp_a, parse_ip_neigh, parse_ndp_a, parse_proc_arp
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import COLON_MAC, IPV4, LeaseTable, head_of, lines_of, text_of

NAME = "ip-neigh"

_JSON = re.compile(r'\s*\[\s*\{\s*"dst"\s*:\s*"[^"]*"\s*,\s*"dev"\s*:')
_ADDRESS = r"[0-9A-Fa-f:.]+(?:%\S+)?"
_MAC_OR_NONE = rf"(?:{COLON_MAC}|<incomplete>|\(incomplete\))"
_DEVICE = rf"(?!{COLON_MAC})(?!\d+\s)[^\s:]\S*"
_SHAPES = {
    "ip neigh": rf"{_ADDRESS} dev \S+\s+(?:lladdr|ref|used|router|proxy|[A-Z]{{4,}})\b",
    "ip -br neigh": rf"{_ADDRESS}[ \t]+{_DEVICE}[ \t]+{COLON_MAC}[ \t\r]*$",
    "arp -a": rf"\S+ \({IPV4}\) at {_MAC_OR_NONE}",
    "arp -n": rf"{IPV4}\s+(?:ether\s+{COLON_MAC}|\(incomplete\))\s",
    "arp of OpenBSD": rf"{IPV4}\s+(?:{COLON_MAC}|\(incomplete\))\s+[a-z]+\d+\s",
    "/proc/net/arp": rf"{IPV4}\s+0x[0-9a-f]+\s+0x[0-9a-f]+\s+{COLON_MAC}\s",
    "ndp": rf"[0-9A-Fa-f]*:[0-9A-Fa-f:]+(?:%\S+)?\s+{_MAC_OR_NONE}\s+\S+\s",
}
_LINE = re.compile(
    r"^[ \t]*(?:" + "|".join(f"(?:{shape})" for shape in _SHAPES.values()) + ")", re.M
)
_HEADING = re.compile(
    r"[ \t]*(?:IP address\s+HW type\s+Flags|Address\s+HWtype\s+HWaddress|Host\s+Ethernet Address"
    r"|Neighbor\s+Linklayer Address|Entries:\s*\d)"
)
_BRIEF = re.compile(rf"({_ADDRESS})\s+({_DEVICE})\s+({COLON_MAC})")
# Addresses are padded to 39 columns, which tells such a line from any two words.
_BRIEF_NOBODY = re.compile(rf"(?=.{{39}} \S){_ADDRESS} +{_DEVICE}")
# Nobody answered, or there is nobody to ask: no neighbour, and no fault of the line.
_UNRESOLVED = re.compile(r"\b(?:FAILED|INCOMPLETE|NOARP|NONE)\b|[<(]incomplete[>)]|\s0x0\s")


class _Neighbour(Struct):
    dst: str = ""
    dev: str = ""
    lladdr: str = ""
    state: list[str] = []


_array = msgspec.json.Decoder(list[msgspec.Raw])
_neighbour = msgspec.json.Decoder(_Neighbour)


def sniff(data: bytes) -> bool:
    """True when a line of the start has the shape of one of these tables."""
    head = head_of(data)
    return _JSON.match(head) is not None or _LINE.search(head) is not None


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC of each neighbour that answered."""
    if text_of(data[:64]).lstrip().startswith("["):
        return _objects(data, name)
    table = LeaseTable(NAME, name)
    for number, line in lines_of(data, table):
        text = line.strip()
        found = _entry(text)
        for address, mac in found.items():
            table.add(number, address, mac)
        if not found and not _HEADING.match(text) and not _says_nobody(text):
            table.bad(number, "no entry of a neighbour table")
    return table.recorded()


def _entry(text: str) -> dict[str, str]:
    """Address and MAC of one line, by the parser of its shape."""
    if " dev " in text:
        return parse_ip_neigh(text)
    if brief := _BRIEF.fullmatch(text):
        return parse_ip_neigh(f"{brief[1]} dev {brief[2]} lladdr {brief[3]}")
    if re.match(rf"{IPV4}\s+0x", text):
        return parse_proc_arp(text)
    if ":" in text.partition(" ")[0]:
        return parse_ndp_a(text)
    return parse_arp_a(text)


def _says_nobody(text: str) -> bool:
    """True of an entry that is well written but unresolved, or a group's."""
    if _BRIEF_NOBODY.fullmatch(text):
        return True
    if not _LINE.match(f"{text} "):
        return False
    return bool(_UNRESOLVED.search(f"{text} ") or re.search(COLON_MAC, text))


def _objects(data: bytes, name: str) -> Recorded:
    """The JSON of `ip -j neigh`: one array."""
    table = LeaseTable(NAME, name, unit="record")
    try:
        items = _array.decode(text_of(data).strip("\0 \t\r\n"))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        table.note("file", f"no JSON array of neighbours: {error}")
        return table.recorded()
    for number, raw in enumerate(items, start=1):
        try:
            entry = _neighbour.decode(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            table.bad(number, f"not a neighbour: {error}")
            continue
        if not entry.dst and not entry.lladdr:
            continue  # filters of iproute2 leave empty objects behind
        parsed = parse(entry.dst)
        zone = parsed is not None and parsed.version == 6 and parsed.is_link_local and entry.dev
        address = f"{entry.dst}%{entry.dev}" if zone and "%" not in entry.dst else entry.dst
        if entry.lladdr and not _UNRESOLVED.search(" ".join(entry.state)):
            table.add(number, address, entry.lladdr)
    return table.recorded()
