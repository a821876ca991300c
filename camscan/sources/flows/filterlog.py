"""filterlog of pfSense and OPNsense: one packet of pf a line, as comma-separated values.

Fields: docs.netgate.com/pfsense/en/latest/monitoring/raw-filter-log-format.html. The names of
protocol and its number stand the other way round in IPv6. OPNsense writes a rule's label, a hex
text, where pfSense has a number. pf logs a passed connection once, a blocked one packet by packet.
"""

from __future__ import annotations

import re
from functools import lru_cache

from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

NAME = "filterlog"
MARKS = ("filterlog", ",match,")

_CSV = re.compile(r"\d{0,10},[^, ]*,[^, ]*,[^, ]*,[^, ]*,[^,]*,[a-z]+,(?:in|out),[46],")
_TAG = re.compile(r"filterlog(?:\[\d+\])?: ?|filterlog [^ ]+ [^ ]+ (?:- |\[)")
_V4, _V6 = 18, 15
_PLACES = {"4": _V4, "6": _V6}  # of the source address, by the version of IP
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
        self._wanted = ledger.keep.addresses
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one packet. Written flat: most lines are about devices that nobody asks for."""
        cells = text.split(",")
        if len(cells) < 17 or cells[8] not in _PLACES or cells[7] not in _WAYS:
            behind = _behind_header(text)
            if behind is None:
                return None
            cells = behind
        at = clock.at(text)
        place = _PLACES.get(cells[8], 20) if len(cells) > 8 else 20
        if len(cells) <= place + 1:
            self._ledger.bad(f"line {number}", "ends before the addresses")
            return at
        source, peer = packed_address(cells[place]), packed_address(cells[place + 1])
        if source is None or peer is None:
            self._ledger.bad(f"line {number}", "its addresses are none")
            return at
        wanted = self._wanted
        if wanted is None or source in wanted or peer in wanted:
            try:
                self._packet(at, cells, place, source, peer)
            except ValueError:
                self._ledger.bad(f"line {number}", "its protocol or length is no number")
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._packets.finish()

    def _packet(self, at: float, cells: list[str], place: int, source: bytes, peer: bytes) -> None:
        """Count one packet. ValueError when a number is none."""
        if place == _V4:
            protocol, length = int(cells[15]), int(cells[17])
        else:
            protocol, length = int(cells[13]), int(cells[14]) + _V6_HEADER
        rest = cells[place + 2 :]
        source_port = port = kind = sequence = None
        flags = 0
        if protocol in (con.TCP, con.UDP):
            if len(rest) > 1 and rest[0].isdigit() and rest[1].isdigit():
                source_port, port = int(rest[0]), int(rest[1])
            if protocol == con.TCP and len(rest) > 4:  # a later fragment has no ports
                flags, sequence = _flags(rest[3]), rest[4]
        elif protocol == con.ICMP and rest:
            kind = _ICMP.get(rest[0], 3 if rest[0].startswith("unreach") else None)
        self._packets.packet(
            at,
            source,
            peer,
            protocol,
            source_port,
            port,
            flags=flags,
            kind=kind,
            length=length,
            blocked=cells[6] in _BLOCKS,
            place=cells[4],
            sequence=sequence,
        )


def _behind_header(text: str) -> list[str] | None:
    """The values behind a header that has commas itself; empty: none are there, None: not ours."""
    tag = _TAG.search(text)
    if tag is None:
        return None
    begin = _CSV.search(text, tag.end())
    return text[begin.start() :].split(",") if begin is not None else []


@lru_cache(maxsize=256)
def _flags(letters: str) -> int:
    return sum(bit for letter, bit in _FLAGS.items() if letter in letters[:16])
