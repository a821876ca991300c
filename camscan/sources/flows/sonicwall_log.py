"""SonicWall SonicOS: connections opened and closed, what was dropped, and hosts of web requests.

Source: SonicWall, "SonicOS/X 7 Log Events Reference Guide", Index of Syslog Tag Field Descriptions
(tags m, src, dst, proto, sent, rcvd, spkt, rpkt, cdur, fw_action; docs.logrhythm.com "General
Firewall Events" quotes it); samples: github.com/elastic/integrations packages/sonicwall_firewall.
Of the messages count 98 (Connection Opened) and 537 (Connection Closed, with what went each way)
of one connection once, and everything that was dropped or denied. `time` is UTC only where it
says so.
"""

from __future__ import annotations

import re

from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, key_values
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.quick_ends import QuickEnds
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "sonicwall"
MARKS = (" sn=",)

_MINE = re.compile(r' sn=\S{1,32} time="(?P<time>[^"]{19,32})" fw=\S{0,45} ')
_END = re.compile(r"(?P<address>[0-9.]{0,15}):(?P<port>\d{0,5})(?::.*)?")
_ENDS = QuickEnds(r" src=([0-9.]{7,15}):", r" dst=([0-9.]{7,15}):", r" srcMac=([0-9A-Fa-f:]{17})")
_STOPPED = re.compile(r"\b(?:dropped|denied|blocked|rejected)\b", re.IGNORECASE)
_OPENED, _CLOSED = "98", "537"
_SAME = ("source", "peer", "protocol", "source_port", "port")
_ADDRESSED = frozenset({"src", "dst", "srcV6", "dstV6"})
_HELD = ("m", "sent", "rcvd", "spkt", "rpkt", "cdur", "srcMac")


def is_mine(text: str) -> bool:
    """True for serial number, time and firewall in their order."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> SonicWall:
    """A parser that writes to `ledger`."""
    return SonicWall(ledger)


class SonicWall:
    """Lines of firewalls; connections that were opened are held until they close."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._sessions = HeldSessions(self._write, _SAME)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one message; those that are not about connections are counted only."""
        found = _MINE.search(text)
        if found is None:
            return None
        at = clock.at(found["time"].replace(" UTC", "Z"))
        if _ENDS.are_others(text, self._ledger.keep):
            return at
        fields = key_values(text[found.end() :])
        stopped = fields.get("fw_action") == "drop" or bool(_STOPPED.search(fields.get("msg", "")))
        if "type" in fields and "code" in fields:
            fields.setdefault("proto", "icmp")  # ICMP packets that were dropped name no protocol
        if "proto" not in fields or not _ADDRESSED & fields.keys():
            return at
        if protocol_number(fields["proto"].partition("/")[0]) is None:
            return at
        ends = _ends(fields)
        if ends is None:
            self._ledger.bad_line(number, "has no addresses")
            return at
        source, peer = packed_address(ends["source"]), packed_address(ends["peer"])
        if source is None or peer is None:
            self._ledger.bad_line(number, "its addresses are none")
        elif self._ledger.keep.wants(source, peer, packed_mac_of(fields.get("srcMac"))):
            self._message(at, fields, ends, stopped)
        return at

    def finish(self) -> None:
        """Write the connections whose end was not told."""
        self._sessions.finish()

    def _message(self, at: float, fields: Fields, ends: Fields, stopped: bool) -> None:
        self._name(at, fields, ends)
        message = fields.get("m")
        known = ends | {name: fields[name] for name in _HELD if name in fields}
        if stopped:
            self._write(at, known | {"stopped": "yes"})
        elif message in (_OPENED, _CLOSED):
            key = (fields.get("sn"), *(ends[name] for name in _SAME))
            self._sessions.take(key, at, known, ended=message == _CLOSED)

    def _write(self, at: float, fields: Fields) -> None:
        has_ports = protocol_number(fields["protocol"]) in PORTED
        closed = fields.get("m") == _CLOSED
        sent = count_of(fields, "sent") if closed else None
        received = count_of(fields, "rcvd") if closed else None
        out = count_of(fields, "spkt") if closed else None
        back = count_of(fields, "rpkt") if closed else None
        outcome = Outcome.UNKNOWN
        if "stopped" in fields:
            outcome, back, received = Outcome.BLOCKED, 0, 0
        elif closed and (sent is not None or out is not None):
            # a direction without a packet is left out
            back, received = (back or 0 if out is not None else back), received or 0
            outcome = Outcome.ANSWERED if back or received else Outcome.SILENT
        seconds = (count_of(fields, "cdur", digits=12) or 0) / 1000
        self._ledger.flow(
            fields["source"],
            fields["peer"],
            fields["protocol"],
            int(fields["port"]) if has_ports and fields["port"] else None,
            first=max(0.0, at - seconds) if closed else at,
            last=at,
            packets_out=out,
            packets_in=back,
            bytes_out=sent,
            bytes_in=received,
            outcome=outcome,
            mac=fields.get("srcMac"),
            source_port=int(fields["source_port"]) if has_ports and fields["source_port"] else None,
        )

    def _name(self, at: float, fields: Fields, ends: Fields) -> None:
        """The host of a web request (97, and 14 where it was denied)."""
        name = stated_name(fields.get("dstname"))
        if name is None or packed_address(name) is not None or not ends["port"]:
            return
        is_plain = fields["proto"].endswith("/http")
        self._ledger.named(
            ends["source"],
            ends["peer"],
            ends["protocol"],
            int(ends["port"]),
            name,
            "http-host" if is_plain else "sni",
            at,
        )


def _ends(fields: Fields) -> Fields | None:
    """Both ends and the protocol; an IPv6 address has a tag of its own."""
    found = {"protocol": fields["proto"].partition("/")[0].lower()}
    for tag, name, port in (("src", "source", "source_port"), ("dst", "peer", "port")):
        end = _END.fullmatch(fields.get(tag, "") + ("" if ":" in fields.get(tag, "") else ":"))
        if end is None:
            return None
        found[name] = fields.get(f"{tag}V6") or end["address"]
        found[port] = end["port"] if end["port"] and int(end["port"]) < 65_536 else ""
    return found
