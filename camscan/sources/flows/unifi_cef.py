"""UniFi Network's events in CEF, sent to a SIEM since version 9: firewall and threat blocks.

Header: CEF:0|Ubiquiti|UniFi Network|version|event|name|severity|, then `key=value` whose values may
hold spaces. Events 201 (Threat Detected and Blocked) and 203 (Blocked by Firewall) have addresses;
seen in mindthelog.blogspot.com (2025-08) and in public parsers' tests; no document of Ubiquiti's
was found. Events of UniFi OS have another header and no addresses.
"""

from __future__ import annotations

import re

from camscan.sources.flows.cef import parse_extension
from camscan.sources.flows.key_value import port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import Outcome

NAME = "unifi"
MARKS = ("|Ubiquiti|",)

_MINE = re.compile(r"CEF:\d\|Ubiquiti\|UniFi [^|]*\|")
_CELLS = re.compile(r"(?:[^|=]{0,1024}\|)*")  # what is left of the header: UniFi OS has less of it
_PORTS = ("tcp", "udp")


def is_mine(text: str) -> bool:
    """True for the header of a UniFi event."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> UnifiCef:
    """A parser that writes to `ledger`."""
    return UnifiCef(ledger)


class UnifiCef:
    """Events of a UniFi console; those without two addresses are counted only."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one event."""
        found = _MINE.search(text)
        if found is None:
            return None
        at = clock.at(text)
        cells = _CELLS.match(text, found.end())
        begin = cells.end() if cells is not None else found.end()
        fields = parse_extension(text[begin:], last="msg")
        source = fields.get("UNIFIsrcClientIp") or fields.get("src")
        peer = fields.get("dst") or fields.get("UNIFIdstClientIp")
        protocol = fields.get("proto", "").lower()
        if not source or not peer or not protocol:
            return at
        blocked = fields.get("act", "").lower().startswith(("block", "drop", "reject", "den"))
        ports = protocol in _PORTS
        name = fields.get("UNIFIdstDomain")
        self._ledger.flow(
            source,
            peer,
            protocol,
            port_of(fields, "dpt") if ports else None,
            first=at,
            packets_in=0 if blocked else None,
            bytes_in=0 if blocked else None,
            outcome=Outcome.BLOCKED if blocked else Outcome.UNKNOWN,
            name=name.lower() if name and name != "null" else None,
            name_source="firewall",
            mac=fields.get("UNIFIsrcClientMac"),
            source_port=port_of(fields, "spt") if ports else None,
        )
        return at

    def finish(self) -> None:
        """Nothing is held back."""
