"""Palo Alto Networks PAN-OS: traffic logs, and hosts of URL filtering, as comma-separated values.

Fields by their place: docs.paloaltonetworks.com, PAN-OS Administrator's Guide, "Traffic Log
Fields" and "Threat Log Fields" (versions only add fields at the end). A session may be told when
it starts and when it ends; dropped and denied ones are told once. Its bytes hold the link header:
a ping of 84 octets is 98 (samples: github.com/elastic/integrations packages/panw). Times are
the firewall's own and name no zone, but for the high-resolution time of newer versions. The
translated addresses and the country that PAN-OS writes are not used.
"""

from __future__ import annotations

import csv
import re

from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, host_of_url, port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "palo-alto"
MARKS = (",TRAFFIC,", ",THREAT,url,")

_MINE = re.compile(
    r"(?:^|[\s,:])(?P<begin>\d{0,3},\d{4}/\d\d/\d\d \d\d:\d\d:\d\d,\w{0,20},"
    r"(?:TRAFFIC|THREAT),(?P<subtype>[a-z]{0,20}),)"
)
_ENDS = re.compile(r"(?:[^,]*,){7}(?P<source>[0-9A-Fa-f.:]{2,45}),(?P<peer>[0-9A-Fa-f.:]{2,45}),")
_PRECISE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}[+-]\d\d:\d\d")
_PLACES = {
    "serial": 2, "type": 3, "subtype": 4, "generated": 6, "source": 7, "peer": 8, "session": 22,
    "source_port": 24, "port": 25, "protocol": 29, "action": 30,
}  # fmt: skip
_TRAFFIC = {
    "sent": 32, "received": 33, "elapsed": 36, "sent_packets": 44, "received_packets": 45,
}  # fmt: skip
_URL = 31
_STOPPED = frozenset({"drop", "deny"})
_SAME = ("source", "peer", "protocol", "source_port", "port")


def is_mine(text: str) -> bool:
    """True for time, serial number and type at their places."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> PaloAlto:
    """A parser that writes to `ledger`."""
    return PaloAlto(ledger)


class PaloAlto:
    """Lines of firewalls; sessions whose start is told are held until their end."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._sessions = HeldSessions(self._write, _SAME)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record."""
        found = _MINE.search(text)
        if found is None:
            return None
        begin = found.start("begin")
        at = clock.at(text[begin:].split(",", 2)[1].replace("/", "-"))
        ends = _ENDS.match(text, begin)
        if ends is None:
            self._ledger.bad_line(number, "has no addresses")
            return at
        source, peer = packed_address(ends["source"]), packed_address(ends["peer"])
        if source is None or peer is None:
            self._ledger.bad_line(number, "its addresses are none")
        elif self._ledger.keep.wants(source, peer):
            problem = self._record(at, text[begin:], clock)
            if problem is not None:
                self._ledger.bad_line(number, problem)
        return at

    def take(self, number: int, at: float, fields: Fields) -> None:
        """One record by its fields, named as here: a TRAFFIC one, or a THREAT one with `url`."""
        source = packed_address(fields.get("source", ""))
        peer = packed_address(fields.get("peer", ""))
        if source is None or peer is None:
            self._ledger.bad_line(number, "has no addresses")
        elif self._ledger.keep.wants(source, peer):
            problem = self._take(at, {"protocol": "", "action": ""} | fields)
            if problem is not None:
                self._ledger.bad_line(number, problem)

    def finish(self) -> None:
        """Write the sessions whose end was not told."""
        self._sessions.finish()

    def _record(self, at: float, text: str, clock: LogClock) -> str | None:
        try:
            (cells,) = csv.reader([text])
        except (csv.Error, ValueError):
            return "is no line of comma-separated values"
        if len(cells) <= _URL:
            return "ends before its action"
        fields = {name: cells[place] for name, place in _PLACES.items()}
        precise = next((cell for cell in cells[46:] if _PRECISE.fullmatch(cell)), None)
        if precise is not None:
            at = clock.at(precise)
        if fields["type"] == "THREAT":
            return self._take(at, fields | {"url": cells[_URL]})
        fields |= {name: cells[place] for name, place in _TRAFFIC.items() if place < len(cells)}
        return self._take(at, fields)

    def _take(self, at: float, fields: Fields) -> str | None:
        if protocol_number(fields["protocol"]) is None:
            return "has no protocol"
        if fields["type"] == "THREAT":
            self._name(at, fields, fields["url"])
            return None
        # Without its number a session is told by its ends.
        session = fields["session"] or tuple(fields.get(name) for name in _SAME)
        key = (fields.get("serial"), session)
        self._sessions.take(key, at, fields, ended=fields["subtype"] != "start")
        return None

    def _write(self, at: float, fields: Fields) -> None:
        number = protocol_number(fields["protocol"])
        has_ports = number in PORTED
        started = fields["subtype"] == "start"  # then its counters are of the first packet alone
        received = None if started else count_of(fields, "received")
        received_packets = None if started else count_of(fields, "received_packets")
        self._ledger.flow(
            fields["source"],
            fields["peer"],
            fields["protocol"],
            port_of(fields, "port") if has_ports else None,
            first=max(0.0, at - (count_of(fields, "elapsed", digits=9) or 0)),
            last=at,
            packets_out=None if started else count_of(fields, "sent_packets"),
            packets_in=received_packets,
            bytes_out=None if started else count_of(fields, "sent"),
            bytes_in=received,
            outcome=_outcome(fields, received if received_packets is None else received_packets),
            source_port=port_of(fields, "source_port") if has_ports else None,
        )

    def _name(self, at: float, fields: Fields, url: str) -> None:
        """The host of a request that URL filtering saw: of a TLS hello, or of HTTP."""
        host, _ = host_of_url(url)
        name = stated_name(host)
        port = port_of(fields, "port")
        if name is None or packed_address(name) is not None:
            return
        source = "http-host" if port == 80 else "sni"
        self._ledger.named(
            fields["source"], fields["peer"], fields["protocol"], port, name, source, at
        )


def _outcome(fields: Fields, received: int | None) -> Outcome:
    if fields["subtype"] in _STOPPED or fields["action"] != "allow":
        return Outcome.BLOCKED
    if received is None:
        return Outcome.UNKNOWN
    return Outcome.ANSWERED if received else Outcome.SILENT
