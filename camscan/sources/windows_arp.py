"""`arp -a` of Windows in any language: the MAC is written with dashes, headings are not read.

`netsh interface ip show neighbors` has the same shape. Entries have no time of their own.
"""

from __future__ import annotations

import re

from camscan.net.neighbour import parse_arp_a
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import DASH_MAC, IPV4, LeaseTable, head_of, lines_of

NAME = "windows-arp"

_ADDRESS = rf"(?:{IPV4}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+(?:%\d+)?)"
_ENTRY = re.compile(rf"^[ \t]*{_ADDRESS}[ \t]+{DASH_MAC}(?=[ \t\r\n\0]|\Z)", re.MULTILINE)
# An entry begins with an address; what else there is are headings in the user's language.
_BEGINS = re.compile(rf"\s*{IPV4}(?=\s)")


def sniff(data: bytes) -> bool:
    """True when a line of the start is an address and a MAC with dashes."""
    return _ENTRY.search(head_of(data)) is not None


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC of each neighbour; groups, broadcasts and entries without a MAC are nobody's."""
    table = LeaseTable(NAME, name)
    for number, line in lines_of(data, table):
        if _ENTRY.match(line):
            for address, mac in parse_arp_a(line).items():
                table.add(number, address, mac)
        elif _BEGINS.match(line) and "-" in line:
            table.bad(number, "no MAC address behind the address")
    return table.recorded()
