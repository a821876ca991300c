"""dhcpd.leases of ISC DHCP: a log, in which the last block of an address is its lease.

Shape: dhcpd.leases(5). Times are UTC, or seconds since the epoch with `db-time-format local`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec import Struct

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import LeaseTable, at_epoch, head_of, lines_of

NAME = "dhcpd-leases"

_START = re.compile(
    r"^[ \t]*(?:lease [0-9A-Fa-f:.]+ \{|ia-(?:na|ta|pd) \"|authoring-byte-order |server-duid \""
    r"|# The format of this file is documented in the dhcpd\.leases\(5\))",
    re.MULTILINE,
)
_LEASE = re.compile(r"lease\s+(\S+)\s*\{$")
_TIME = re.compile(r"(starts|cltt)\s+(?:epoch\s+(\d+)|\d\s+(\d{4}/\d\d?/\d\d?\s+\d\d?:\d\d:\d\d))")
_STATE = re.compile(r"binding\s+state\s+([a-z]+)")
_HARDWARE = re.compile(r"hardware\s+ethernet\s+([0-9A-Fa-f:]+)")
_TEXT = re.compile(r'(?:set\s+)?([A-Za-z_-]+)\s*=?\s*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
# dhcpd.conf names the variable; these names are in use for option 60.
_VENDOR = frozenset({"vendor-class-identifier", "vendor-class", "vendor-string", "vendor_class"})
_OUTSIDE = re.compile(r"(?:authoring-byte-order|server-duid|failover|group|host|class|subclass)\b")


class _Lease(Struct):
    line: int
    address: str
    mac: str = ""
    hostname: str = ""
    vendor_class: str = ""
    state: str = "active"  # files of version 2 have none
    starts: datetime | None = None
    cltt: datetime | None = None


def sniff(data: bytes) -> bool:
    """True for a lease file of the server; that of a client has no address behind `lease`."""
    return _START.search(head_of(data)) is not None


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC, host name and vendor class of the addresses that are leased now.

    DHCPv6 blocks name no MAC and are only counted.
    """
    table = LeaseTable(NAME, name)
    lease: _Lease | None = None
    depth = without_mac = 0
    for number, line in lines_of(data, table):
        text = line.strip()
        if text.startswith("#"):
            continue
        begins = _LEASE.match(text)
        if begins and (lease is not None or depth == 0):
            if lease is not None:
                table.bad(lease.line, "the lease is cut: another begins before its end")
            lease = _Lease(line=number, address=begins[1])
        elif lease is not None:
            if text.startswith("}"):
                _close(table, lease)
                lease = None
            else:
                _statement(lease, text)
        elif text.endswith("{"):
            depth += 1
            without_mac += text.startswith("iaaddr")
        elif text.startswith("}"):
            depth = max(0, depth - 1)
        elif depth == 0 and not _OUTSIDE.match(text):
            table.bad(number, "no statement of a lease file")
    if lease is not None:
        table.bad(lease.line, "the lease is cut: the file ends inside it")
    if without_mac:
        table.note("leases", f"{without_mac} leases of DHCPv6 name no MAC address")
    return table.recorded()


def _statement(lease: _Lease, text: str) -> None:
    """Take what is wanted from one statement; the others are many and do not matter here."""
    if text.startswith(("starts", "cltt")):
        found = _TIME.match(text)
        at = _at(found) if found else None
        if at is not None and text.startswith("starts"):
            lease.starts = at
        elif at is not None:
            lease.cltt = at
    elif state := _STATE.match(text):
        lease.state = state[1]
    elif text.startswith("abandoned"):
        lease.state = "abandoned"
    elif hardware := _HARDWARE.match(text):
        lease.mac = hardware[1]
    elif words := _TEXT.match(text):
        if words[1] == "client-hostname":
            lease.hostname = _unescaped(words[2])
        elif words[1] in _VENDOR:
            lease.vendor_class = _unescaped(words[2])


def _close(table: LeaseTable, lease: _Lease) -> None:
    if lease.state != "active":
        table.leave_out(lease.line, lease.address, lease.state)
        return
    table.add(
        lease.line,
        lease.address,
        lease.mac,
        hostname=lease.hostname,
        vendor_class=lease.vendor_class,
        at=lease.cltt or lease.starts,
        replaces=True,
    )


def _at(found: re.Match[str]) -> datetime | None:
    if found[2]:
        return at_epoch(int(found[2][:15]))
    year, month, day, hour, minute, second = map(int, re.findall(r"\d+", found[3]))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _unescaped(text: str) -> str:
    """Octal and single-character escapes undone; the bytes read as UTF-8."""
    raw = _ESCAPE.sub(
        lambda found: bytes([int(found[1], 8) & 255]) if len(found[1]) == 3 else found[1],
        text.encode("utf-8", "replace"),
    )
    return raw.decode("utf-8", "replace").strip("\0")
