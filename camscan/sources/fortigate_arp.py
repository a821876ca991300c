"""FortiGate: `get system arp` and `execute dhcp lease-list`, also pasted one after the other.

Ages are relative and expiries local time, so evidence has no time. The lease list is a table of
fixed widths, in which a value that is too long moves the rest of its line.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import COLON_MAC, IPV4, LeaseTable, head_of, lines_of

NAME = "fortigate-arp"

_ARP = re.compile(rf"[ \t]*({IPV4})[ \t]+\d+[ \t]+({COLON_MAC})[ \t]+\S+\s*\Z")
_ARP_HEADING = re.compile(r"^[ \t]*Address[ \t]+Age\(min\)[ \t]+Hardware Addr[ \t]+Interface", re.M)
_LEASE = re.compile(rf"[ \t]*({IPV4})[ \t]+({COLON_MAC})(?=[ \t]|\Z)")
_LEASE_HEADING = re.compile(r"^[ \t]*IP[ \t]+MAC-Address[ \t]+Hostname[ \t]+VCI\b", re.M)
_COLUMNS = ("Hostname", "VCI", "SSID", "AP", "Expiry")
_EXPIRY = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\Z"
)
_BEGINS = re.compile(rf"[ \t]*{IPV4}\s")


def sniff(data: bytes) -> bool:
    """True when the start has the heading of one of the two."""
    head = head_of(data)
    return bool(_ARP_HEADING.search(head) or _LEASE_HEADING.search(head))


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC of each neighbour; MAC, host name and vendor class of each lease."""
    table = LeaseTable(NAME, name)
    heading = ""
    for number, line in lines_of(data, table):
        text = line.expandtabs()
        if _LEASE_HEADING.match(text):
            heading = text
        elif found := _ARP.match(text):
            table.add(number, found[1], found[2])
        elif found := _LEASE.match(text):
            hostname, vendor = _names(heading, text, found)
            table.add(number, found[1], found[2], hostname=hostname, vendor_class=vendor)
        elif _BEGINS.match(text):
            table.bad(number, "no MAC address behind the address")
    return table.recorded()


def _names(heading: str, text: str, found: re.Match[str]) -> tuple[str, str]:
    """Host name and vendor class of a lease."""
    expiry = _EXPIRY.search(text)
    end = expiry.start() if expiry else len(text)
    if heading and heading.find("MAC-Address") == found.start(2) and "Hostname" in heading:
        starts = [heading.find(word) for word in _COLUMNS if word in heading]
        widths = [after - start for start, after in pairwise(starts)]
        cells = _fixed(text[starts[0] : end], widths, padded=expiry is not None)
    else:  # runs of spaces were made smaller on the way
        rest = text[found.end() : end]
        cells = re.split(r" {2,}", rest.rstrip())  # a first cell without words is no host name
    cells += ["", ""]
    return cells[0].strip(), cells[1].strip()


def _fixed(text: str, widths: list[int], *, padded: bool) -> list[str]:
    """Cells of padded columns; what the line is longer by belongs to the cell that is full.

    None when two cells are full: where one ends and the next begins cannot be told.
    """
    surplus = max(0, len(text) - sum(widths)) if padded else 0
    moved = 0
    full = 0
    cells = []
    for start, width in zip(accumulate(widths, initial=0), widths, strict=False):
        end = start + moved + width
        if surplus and text[end - 1 : end].strip():
            full += 1
            cells.append(text[start + moved : end + surplus - moved])
            moved = surplus
        else:
            cells.append(text[start + moved : end])
    return cells if full < 2 else []
