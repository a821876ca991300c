"""dnsmasq.leases: `expiry MAC address name client-id`, after a `duid` line those of DHCPv6.

The time is the end of the lease, which says nothing of when the client was seen; so evidence
has no time. DHCPv6 lines name no MAC.
"""

from __future__ import annotations

import re

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import COLON_MAC, IPV4, LeaseTable, head_of, lines_of

NAME = "dnsmasq-leases"

_UNKNOWN = "*"
# Another hardware type than Ethernet stands before the MAC: `06-00:11:...`.
_LINE = re.compile(rf"\d{{1,12}} (?:[0-9a-f]{{2}}-)?({COLON_MAC}) ({IPV4}) (\S+) \S+")
_DUID = re.compile(r"duid (?:[0-9a-f]{2}:)+[0-9a-f]{2}")
_V6 = re.compile(r"\d{1,12} T?\d+ ([0-9A-Fa-f:.]+) (\S+) \S+")


def sniff(data: bytes) -> bool:
    """True when the first line is a lease or the server's DUID."""
    first = head_of(data).lstrip().partition("\n")[0].strip()
    return bool(_LINE.fullmatch(first) or _DUID.fullmatch(first))


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC and host name of each lease."""
    table = LeaseTable(NAME, name)
    for number, line in lines_of(data, table):
        text = line.strip()
        if found := _LINE.fullmatch(text):
            table.add(number, found[2], found[1], hostname=_name(found[3]), replaces=True)
        elif found := _V6.fullmatch(text):
            table.add(number, found[1], hostname=_name(found[2]), replaces=True)
        elif not _DUID.fullmatch(text):
            table.bad(number, "no lease: expiry, MAC, address, name and client id are wanted")
    return table.recorded()


def _name(text: str) -> str:
    return "" if text == _UNKNOWN else text
