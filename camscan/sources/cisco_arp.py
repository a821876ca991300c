"""`show ip arp` of Cisco IOS and NX-OS, `show arp` of IOS-XR and ASA, and others' like them.

An entry is an address and behind it a MAC in three dotted groups; its age is relative to a
moment that the output does not name, so evidence has no time.
"""

from __future__ import annotations

import re

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import DOTTED_MAC, IPV4, LeaseTable, head_of, lines_of
from camscan.sources.line_blocks import Chunks

NAME = "cisco-arp"

_ENTRY = re.compile(
    rf"^[ \t]*(?:\S+[ \t]+)?({IPV4})[ \t]+(?:\S+[ \t]+){{0,2}}?({DOTTED_MAC})(?![\w.])",
    re.MULTILINE,
)
_HEADING = re.compile(
    r"^[ \t]*(?:Protocol[ \t]+Address[ \t]+Age|Address[ \t]+Age[ \t]+(?:MAC|Hardware) Addr)",
    re.MULTILINE,
)
_INCOMPLETE = re.compile(r"\bIncomplete\b|\bINCOMPLETE\b")
_BEGINS = re.compile(rf"\s*(?:Internet\s+)?{IPV4}\s")


def sniff(data: bytes) -> bool:
    """True when the start has an entry or the heading of IOS or NX-OS."""
    head = head_of(data)
    return _ENTRY.search(head) is not None or _HEADING.search(head) is not None


def parse_records(data: bytes | Chunks, name: str) -> Recorded:
    """MAC of each neighbour. Prompts, legends and counters between the entries are passed over.

    Chunks, which are UTF-8, need not fit into memory.
    """
    table = LeaseTable(NAME, name)
    for number, line in lines_of(data, table):
        found = _ENTRY.match(line)
        if found:
            table.add(number, found[1], found[2])
        elif _BEGINS.match(line) and not _INCOMPLETE.search(line):
            table.bad(number, "no MAC address behind the address")
    return table.recorded()
