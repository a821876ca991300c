"""Sophos Firewall (SFOS): traffic of the firewall and host names of the web filter, as `key=value`.

Source: docs.sophos.com, Sophos Firewall, "Syslog descriptions" (log types, `log_id`, connection
events), for the device standard format (`src_ip`, `sent_bytes`, `connid`) and the central reporting
format (`timestamp`, `bytes_sent`, `con_id`); samples of both:
github.com/elastic/integrations packages/sophos. A connection may be told when it starts, while it
lasts and when it stops: it counts once. The older format names its zone by letters that are not
unique (IST, BST), so its times are in the zone that the user gives, but for UTC and GMT.
"""

from __future__ import annotations

import re

from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, host_of_url, key_values, port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.quick_ends import QuickEnds
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "sophos"
MARKS = ("log_component=",)

_MINE = re.compile(r' log_id="?\d{12}"? log_type="')
_ENDS = QuickEnds(
    r' src_ip="?([^\s"]{2,45})', r' dst_ip="?([^\s"]{2,45})', r' src_mac="?([0-9A-Fa-f:]{17})'
)
_UNIVERSAL = frozenset({"UTC", "GMT"})
_NO_MAC = "00:00:00:00:00:00"
_SAME = ("src_ip", "dst_ip", "protocol", "src_port", "dst_port")
_ERRORS = frozenset({"ICMP ERROR MESSAGE", "ICMP Redirection"})  # about other connections


def is_mine(text: str) -> bool:
    """True for a log id of twelve digits before the type."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> Sophos:
    """A parser that writes to `ledger`."""
    return Sophos(ledger)


class Sophos:
    """Lines of firewalls; connections are held until they stop."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._sessions = HeldSessions(self._write, _SAME)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record; those that are not of traffic or web requests are counted only."""
        if _MINE.search(text) is None:
            return None
        at = clock.at(_time_text(text))
        if _ENDS.are_others(text, self._ledger.keep):
            return at
        fields = key_values(text)
        kind = fields.get("log_type")
        if kind == "Firewall" and fields.get("log_component") not in _ERRORS:
            problem = self._traffic(at, fields)
            if problem is not None:
                self._ledger.bad_line(number, problem)
        elif kind == "Content Filtering":
            self._request(at, fields)
        return at

    def finish(self) -> None:
        """Write the connections whose end was not told."""
        self._sessions.finish()

    def _traffic(self, at: float, fields: Fields) -> str | None:
        ends = (packed_address(fields.get(name, "")) for name in ("src_ip", "dst_ip"))
        if None in ends or protocol_number(fields.get("protocol", "")) is None:
            return "has no addresses or no protocol"
        connection = fields.get("con_id") or fields.get("connid")
        event = fields.get("con_event") or fields.get("connevent")
        if not connection or event not in ("Start", "Interim", "Stop"):
            self._write(at, fields)
        else:
            device = fields.get("device_serial_id") or fields.get("device_id", "")
            self._sessions.take((device, connection), at, fields, ended=event == "Stop")
        return None

    def _write(self, at: float, fields: Fields) -> None:
        outcome, started = Outcome.BLOCKED, False
        if fields.get("log_subtype") == "Allowed":
            started = (fields.get("con_event") or fields.get("connevent")) == "Start"
            outcome = Outcome.UNKNOWN
        out = count_of(fields, "packets_sent", "sent_pkts")
        back = count_of(fields, "packets_received", "recv_pkts")
        sent = count_of(fields, "bytes_sent", "sent_bytes")
        received = count_of(fields, "bytes_received", "recv_bytes")
        if outcome is Outcome.BLOCKED:
            out, sent, back, received = None, None, 0, 0  # its counters are of what passed: nothing
        elif started:
            out = sent = back = received = None
        elif back is not None or received is not None:
            outcome = Outcome.ANSWERED if back or received else Outcome.SILENT
        has_ports = protocol_number(fields["protocol"]) in PORTED
        mac = fields.get("src_mac")
        self._ledger.flow(
            fields["src_ip"],
            fields["dst_ip"],
            fields["protocol"],
            port_of(fields, "dst_port") if has_ports else None,
            first=max(0.0, at - (count_of(fields, "duration", digits=9) or 0)),
            last=at,
            packets_out=out,
            packets_in=back,
            bytes_out=sent,
            bytes_in=received,
            outcome=outcome,
            mac=mac if mac != _NO_MAC else None,
            source_port=port_of(fields, "src_port") if has_ports else None,
        )

    def _request(self, at: float, fields: Fields) -> None:
        """The host that the web filter saw; the connection itself is in the firewall's records."""
        host, is_tls = host_of_url(fields.get("url", ""))
        name = stated_name(host or fields.get("domain"))
        if name is None or packed_address(name) is not None:
            return
        self._ledger.named(
            fields.get("src_ip", ""),
            fields.get("dst_ip", ""),
            fields.get("protocol", "tcp"),
            port_of(fields, "dst_port"),
            name,
            "sni" if is_tls else "http-host",
            at,
        )


_STAMP = re.compile(r' timestamp="([^"]{19,32})"')
_DATE = re.compile(r' date=(\d{4}-\d\d-\d\d) time=(\d\d:\d\d:\d\d) timezone="([^"]{0,12})"')


def _time_text(text: str) -> str:
    """The record's own time as an ISO 8601 text; the whole line when it has none."""
    stamp = _STAMP.search(text)
    if stamp is not None:
        return stamp[1]
    date = _DATE.search(text)
    if date is None:
        return text
    return f"{date[1]}T{date[2]}{'Z' if date[3] in _UNIVERSAL else ''}"
