"""FortiGate logs as `key=value`: traffic, web filter (host names) and DNS.

Fields: docs.fortinet.com, FortiOS Log Message Reference (13 LOG_ID_TRAFFIC_END_FORWARD and others)
and Administration Guide, "Sample logs by log type". A long session is told again and again while it
lasts (message 20), each time with its counters so far: only the last record of a session counts.
FortiGate's own country of an address is not used.
"""

from __future__ import annotations

import re
from datetime import datetime

from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, epoch_seconds, key_values, port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "fortigate"
MARKS = ("logid=",)

_MINE = re.compile(r'\blogid="?\d{10}"? ')
_ENDS = re.compile(
    r" eventtime=(\d{10,19}) (?:\S+ ){0,9}?srcip=([0-9A-Fa-f.:]{2,45}) "
    r"(?:\S+ ){0,9}?dstip=([0-9A-Fa-f.:]{2,45}) "
)
_RUNNING = frozenset({"000015", "000016", "000020"})  # started, started locally, statistics
_SAME = ("srcip", "dstip", "proto", "srcport", "dstport")
_HELD = (
    "srcip", "dstip", "proto", "srcport", "dstport", "action", "duration", "srcmac",
    "sentbyte", "rcvdbyte", "sentpkt", "rcvdpkt",
)  # fmt: skip
_DNS_TYPES = {"A": 1, "AAAA": 28}
_BLOCKED = frozenset({"block", "blocked", "redirect", "deny"})


def is_mine(text: str) -> bool:
    """True for a log id of ten digits among key=value pairs."""
    return _MINE.search(text) is not None and "type=" in text


def parser(ledger: FlowLedger) -> Fortigate:
    """A parser that writes to `ledger`."""
    return Fortigate(ledger)


class Fortigate:
    """Lines of a FortiGate; sessions are held until their last record is known."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._sessions = HeldSessions(self._write, _SAME, growing=("duration",))
        keep = ledger.keep
        self._wanted = keep.addresses if not keep.macs else None

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record; those that are not about traffic, names or DNS are counted only."""
        if _MINE.search(text) is None:
            return None
        if self._wanted is not None:
            at = self._of_others(text)
            if at is not None:
                return at
        fields = key_values(text)
        if "type" not in fields:
            return None
        at = _time(fields)
        return self._take(number, clock.at(text) if at is None else at, fields)

    def take(self, number: int, at: float, fields: Fields) -> float:
        """One record by its fields, `type` among them; its time, that of the line is `at`."""
        stated = _time(fields)
        return self._take(number, at if stated is None else stated, fields)

    def _take(self, number: int, at: float, fields: Fields) -> float:
        if fields["type"] == "traffic":
            problem = self._traffic(at, fields)
        else:
            problem = self._named(at, fields)
        if problem is not None:
            self._ledger.bad(f"line {number}", problem)
        return at

    def _of_others(self, text: str) -> float | None:
        """The time of a record of devices that nobody wants; most are, and fields cost much."""
        found = _ENDS.search(text)
        if found is None or self._wanted is None:
            return None
        ends = (packed_address(found[2]), packed_address(found[3]))
        if None in ends or not self._wanted.isdisjoint(ends):
            return None
        return epoch_seconds(int(found[1]))

    def finish(self) -> None:
        """Write the sessions that were still running."""
        self._sessions.finish()

    def _traffic(self, at: float, fields: Fields) -> str | None:
        source, peer = fields.get("srcip", ""), fields.get("dstip", "")
        one, other = packed_address(source), packed_address(peer)
        if one is None or other is None or protocol_number(fields.get("proto", "")) is None:
            return "has no addresses or no protocol"
        mac = fields.get("srcmac")
        packed = bytes.fromhex(mac.replace(":", "")) if mac and _is_mac(mac) else None
        if not self._ledger.keep.wants(one, other, packed):
            return None
        if fields.get("hostname"):
            self._name(at, fields)
        if "sessionid" not in fields:
            self._write(at, fields)
            return None
        session = (fields.get("devid", ""), fields.get("vd", ""), fields["sessionid"])
        ended = not (fields.get("logid", "")[-6:] in _RUNNING or fields.get("action") == "start")
        if not ended:
            fields = {key: fields[key] for key in _HELD if key in fields}
        self._sessions.take(session, at, fields, ended=ended)
        return None

    def _write(self, at: float, fields: Fields) -> None:
        sent, received = count_of(fields, "sentbyte"), count_of(fields, "rcvdbyte")
        sent_packets, received_packets = count_of(fields, "sentpkt"), count_of(fields, "rcvdpkt")
        outcome = _outcome(fields, received, received_packets)
        if outcome is Outcome.BLOCKED:
            # the counters are of what was forwarded: nothing
            sent, sent_packets, received, received_packets = None, None, 0, 0
        protocol = fields["proto"]
        has_ports = protocol_number(protocol) in PORTED
        self._ledger.flow(
            fields["srcip"],
            fields["dstip"],
            protocol,
            port_of(fields, "dstport") if has_ports else None,
            first=at - (count_of(fields, "duration", digits=9) or 0),
            last=at,
            packets_out=sent_packets,
            packets_in=received_packets,
            bytes_out=sent,
            bytes_in=received,
            outcome=outcome,
            mac=fields.get("srcmac"),
            source_port=port_of(fields, "srcport") if has_ports else None,
        )

    def _named(self, at: float, fields: Fields) -> str | None:
        """The host name of a web filter record, or question and answer of a DNS record."""
        if fields.get("qname"):
            self._dns(at, fields)
        elif fields.get("hostname") and "dstip" in fields:
            self._name(at, fields)
        return None

    def _name(self, at: float, fields: Fields) -> None:
        port = port_of(fields, "dstport")
        name = fields["hostname"].partition(":")[0]
        if packed_address(name) is not None:
            return
        self._ledger.named(
            fields.get("srcip", ""),
            fields.get("dstip", ""),
            fields.get("proto", "6"),
            port,
            name,
            "http-host" if fields.get("service", "").upper() == "HTTP" else "sni",
            at,
        )

    def _dns(self, at: float, fields: Fields) -> None:
        client, name = fields.get("srcip", ""), fields["qname"]
        kind = _DNS_TYPES.get(fields.get("qtype", ""), 0)
        blocked = fields.get("action", "") in _BLOCKED
        if fields.get("eventtype") == "dns-query":
            self._ledger.question(client, name, at, kind=kind)
            addresses: list[str] = []
        else:
            addresses = [part.strip() for part in fields.get("ipaddr", "").split(",")]
        if addresses or blocked:
            self._ledger.answer(client, name, addresses, at, kind=kind, blocked=blocked)


def _outcome(fields: Fields, received: int | None, packets: int | None) -> Outcome:
    """What came back, by the end of the session and what was counted."""
    action = fields.get("action", "")
    if action in ("deny", "block", "blocked"):
        return Outcome.BLOCKED
    back = packets if packets is not None else received
    if action == "ip-conn" or (back == 0 and action != "start"):
        return Outcome.SILENT
    if back is None or action == "start":
        return Outcome.UNKNOWN
    if action == "server-rst" and packets == 1:
        return Outcome.REFUSED
    return Outcome.ANSWERED


def _is_mac(text: str) -> bool:
    digits = text.replace(":", "")
    return len(digits) == 12 and all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _time(fields: Fields) -> float | None:
    """`eventtime` (seconds, in newer versions nanoseconds), else date, time and zone."""
    number = count_of(fields, "eventtime", digits=19)
    if number:
        return epoch_seconds(number)
    zone = fields.get("tz", "")
    if "date" in fields and "time" in fields and len(zone) == 5:
        text = f"{fields['date']}T{fields['time']}{zone[:3]}:{zone[3:]}"
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            return None
    return None
