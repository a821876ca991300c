"""Leases of Kea: kea-leases4.csv and kea-leases6.csv of its memfile backend, and what
`kea-admin lease-dump` writes of a data base.

A log: the last line of an address is its lease. Columns go by their headings, which grew over
the versions. `expire` is UTC seconds; less the lifetime it is when the client was last heard.
"""

from __future__ import annotations

import re
from datetime import datetime

from camscan.sources.jsonl import Recorded
from camscan.sources.lease import LeaseTable, at_epoch, head_of, lines_of

NAME = "kea-leases"

_HEADING = re.compile(r"address,(?:hwaddr|duid),[a-z_,]*\bexpire\b[a-z_,]*")
_STATES = {
    "0": "leased",
    "1": "declined",
    "2": "expired",
    "3": "released",
    "4": "registered",
    # Dumps of a lease data base had the names of its table lease_state before Kea 2.2.
    "default": "leased",
    "declined": "declined",
    "expired-reclaimed": "expired",
}
_ESCAPE = re.compile(r"&#x([0-9A-Fa-f]{2})")


def sniff(data: bytes) -> bool:
    """True when the first line is Kea's heading."""
    return _HEADING.fullmatch(head_of(data).partition("\n")[0].strip()) is not None


def parse_records(data: bytes, name: str) -> Recorded:
    """MAC and host name of the addresses that are leased now."""
    table = LeaseTable(NAME, name)
    columns: list[str] = []
    for number, line in lines_of(data, table):
        if _HEADING.fullmatch(line.strip()):  # again where files were joined
            columns = line.strip().split(",")
            continue
        cells = line.split(",")
        if not columns:
            table.bad(number, "no heading before it says what the columns are")
        elif not len(columns) - 4 <= len(cells) <= len(columns):
            table.bad(number, f"has {len(cells)} columns where the heading has {len(columns)}")
        else:
            _lease(table, number, dict(zip(columns, cells, strict=False)))
    return table.recorded()


def _lease(table: LeaseTable, number: int, cell: dict[str, str]) -> None:
    if cell.get("lease_type", "0") in ("2", "IA_PD"):
        return  # a delegated prefix is no address of the client
    lifetime = cell.get("valid_lifetime", "")
    state = _STATES.get(cell.get("state", "0"), "in an unknown state")
    if lifetime == "0":  # how a release or removal is written
        state = "released"
    if state not in ("leased", "registered"):
        table.leave_out(number, cell["address"], state)
        return
    table.add(
        number,
        cell["address"],
        cell.get("hwaddr", ""),
        hostname=_host(cell),
        at=_heard(cell.get("expire", ""), lifetime),
        replaces=True,
    )


def _heard(expire: str, lifetime: str) -> datetime | None:
    if not (expire.isdecimal() and lifetime.isdecimal()) or len(expire) > 12 or len(lifetime) > 12:
        return None
    return at_epoch(int(expire) - int(lifetime))


def _host(cell: dict[str, str]) -> str:
    """The client's own name: a name that Kea wrote to the DNS has its domain behind it."""
    name = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), cell.get("hostname", ""))
    in_dns = name.endswith(".") or "1" in (cell.get("fqdn_fwd"), cell.get("fqdn_rev"))
    return name.partition(".")[0] if in_dns else name
