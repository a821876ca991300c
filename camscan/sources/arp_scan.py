"""Output of arp-scan, with its opening and closing lines or `--plain`.

A line is address, MAC and vendor, separated by tabs. The output has no time.
"""

from __future__ import annotations

import re

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import COLON_MAC, IPV4, LeaseTable, head_of, lines_of

NAME = "arp-scan"

_ENTRY = re.compile(rf"^({IPV4})\t({COLON_MAC})(?=\t|\r|\n|\Z)", re.MULTILINE)
_OPENING = re.compile(
    r"^(?:Interface: \S+, (?:type|datalink type): .*|Starting arp-scan \d.*)$", re.MULTILINE
)
_REMARK = re.compile(
    r"(?:Interface: |Starting arp-scan |Ending arp-scan |WARNING: |Target list|DEBUG: "
    r"|\d+ packets received by filter)"
)


def sniff(data: bytes) -> bool:
    """True when the start has an entry or an opening line of the tool."""
    head = head_of(data)
    return _ENTRY.search(head) is not None or _OPENING.search(head) is not None


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC of each host that answered. The vendor is arp-scan's table, no evidence."""
    table = LeaseTable(NAME, name)
    for number, line in lines_of(data, table):
        found = _ENTRY.match(line)
        if found:
            table.add(number, found[1], found[2])
        elif not _REMARK.match(line):
            table.bad(number, "no line of arp-scan: address, MAC and vendor are wanted")
    return table.recorded()
