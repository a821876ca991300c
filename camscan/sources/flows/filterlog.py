"""filterlog of pfSense and OPNsense: one packet of pf a line, as comma-separated values.

Fields: docs.netgate.com/pfsense/en/latest/monitoring/raw-filter-log-format.html. The names of
protocol and its number stand the other way round in IPv6. OPNsense writes a rule's label, a hex
text, where pfSense has a number. pf logs a passed connection once, a blocked one packet by packet.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.syslog_line import LogClock

NAME = "filterlog"
MARKS = ("filterlog", ",match,")

_CSV = re.compile(r"\d{0,10},[^, ]*,[^, ]*,[^, ]*,[^, ]*,[^,]*,[a-z]+,(?:in|out),[46],")
_TAG = re.compile(r"filterlog(?:\[\d+\])?: ?|filterlog [^ ]+ [^ ]+ (?:- |\[)")
_VERSIONS = frozenset({"4", "6"})
_WAYS = frozenset({"in", "out"})
_BLOCKS = frozenset({"block", "reject"})
_V6_HEADER = 40  # the length in an IPv6 header does not count the header
_FLAGS = {"S": con.SYN, "A": con.ACK, "F": con.FIN, "R": con.RST}
_ICMP = {"request": 8, "reply": 0, "timexceed": 11, "paramprob": 12, "redirect": 5}


def is_mine(text: str) -> bool:
    """True for filterlog's tag, and for its values alone."""
    return _TAG.search(text) is not None or _CSV.match(text) is not None


def parser(ledger: FlowLedger) -> Filterlog:
    """A parser that writes to `ledger`."""
    return Filterlog(ledger)


class Filterlog:
    """Lines of filterlog."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one packet."""
        cells = text.split(",")
        if len(cells) < 9 or cells[8] not in _VERSIONS or cells[7] not in _WAYS:
            # a comma within the header of RFC 5424, or no filterlog at all
            tag = _TAG.search(text)
            begin = _CSV.search(text, tag.end()) if tag is not None else None
            cells = text[begin.start() :].split(",") if begin is not None else []
            if not cells:
                if tag is None:
                    return None
                self._ledger.bad(f"line {number}", "has not the fields of filterlog")
                return clock.at(text)
        at = clock.at(text)
        problem = self._packet(at, cells)
        if problem is not None:
            self._ledger.bad(f"line {number}", problem)
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()

    def _packet(self, at: float, cells: list[str]) -> str | None:
        """Count one packet; in words what is wrong with it."""
        if cells[8] == "4":
            if len(cells) < 20:
                return "ends before the addresses"
            source, peer, number, length = cells[18], cells[19], cells[15], cells[17]
            rest = 20
        else:
            if len(cells) < 17:
                return "ends before the addresses"
            source, peer, number, length = cells[15], cells[16], cells[13], cells[14]
            rest = 17
        wanted = self._packets.wants(source, peer)
        if not wanted:
            return "its addresses are none" if wanted is None else None
        try:
            protocol = int(number)
            size: int | None = int(length) + (_V6_HEADER if rest == 17 else 0)
        except ValueError:
            return "its protocol or length is no number"
        source_port = port = kind = sequence = None
        flags = 0
        if protocol in (con.TCP, con.UDP):
            try:
                source_port, port = int(cells[rest]), int(cells[rest + 1])
            except (IndexError, ValueError):
                source_port = port = None  # a later fragment has no ports
            if protocol == con.TCP and len(cells) > rest + 4:
                for letter in cells[rest + 3]:
                    flags |= _FLAGS.get(letter, 0)
                sequence = cells[rest + 4]
        elif protocol == con.ICMP and len(cells) > rest:
            kind = _ICMP.get(cells[rest], 3 if cells[rest].startswith("unreach") else None)
        self._packets.packet(
            at,
            source,
            peer,
            protocol,
            source_port,
            port,
            flags=flags,
            kind=kind,
            length=size,
            blocked=cells[6] in _BLOCKS,
            place=cells[4],
            sequence=sequence,
        )
        return None
