"""`Get-DhcpServerv4Lease | Export-Csv` of a Windows DHCP server, in any order of columns.

Columns: class DhcpServerv4Lease, learn.microsoft.com (previous-versions/windows/desktop/
dhcpserverpsprov/dhcpserverv4lease). The expiry is local time in the exporter's format and says
nothing of when the client was seen, so evidence has no time.
"""

from __future__ import annotations

from collections.abc import Iterator

from camscan.protocols.mac import normal_mac
from camscan.sources.jsonl import Recorded
from camscan.sources.lease import (
    LeaseTable,
    csv_rows,
    head_of,
    headings,
    lines_of,
)

NAME = "windows-dhcp"

_TYPE = "#type "
_CLASSES = ("dhcpserverv4lease", "dhcpserverv4reservation")
_WANTED = frozenset({"ipaddress", "clientid"})
_ONE_MORE = frozenset({"scopeid", "hostname", "addressstate", "leaseexpirytime", "name"})
# A reservation says which MAC the address is kept for, and Active… that it is in use now.
_HELD = frozenset({"", "active", "activereservation"})


def sniff(data: bytes) -> bool:
    """True when the `#TYPE` line names the class, or the heading has its columns."""
    for line in head_of(data).split("\n")[:3]:
        text = line.strip().lower()
        if text.startswith(_TYPE):
            return any(text.endswith(word) for word in _CLASSES)
        if text:
            return _is_heading(set(headings(line)[1]))
    return False


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC and host name of each lease in use. The server's DNS domain is cut from the name."""
    table = LeaseTable(NAME, name)
    lines = _without_type(lines_of(data, table))
    first = next(lines, None)
    if first is None:
        return table.recorded()
    delimiter, column = headings(first[1])
    if not _is_heading(set(column)):
        table.bad(first[0], "the heading has no columns IPAddress and ClientId")
        return table.recorded()
    width = max(column.values()) + 1
    for number, cells in csv_rows(lines, delimiter):
        if len(cells) != width:
            table.bad(number, f"has {len(cells)} columns where the heading has {width}")
        else:
            _lease(table, number, {word: cells[at].strip() for word, at in column.items()})
    return table.recorded()


def _lease(table: LeaseTable, number: int, cell: dict[str, str]) -> None:
    state = cell.get("addressstate", "")
    if state.lower() not in _HELD:
        table.leave_out(number, cell["ipaddress"], state[:40])
        return
    client = cell["clientid"]
    table.add(
        number,
        cell["ipaddress"],
        # Longer ids are DUIDs and those of dial-in servers: the address is leased all the same.
        client if normal_mac(client) or len(client) == 17 else "",
        hostname=cell.get("hostname", "").partition(".")[0],
    )


def _is_heading(words: set[str]) -> bool:
    return words >= _WANTED and bool(words & _ONE_MORE)


def _without_type(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Without the `#TYPE` lines of Windows PowerShell 5."""
    return (numbered for numbered in lines if not numbered[1].lower().startswith(_TYPE))
