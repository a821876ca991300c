"""Check Point: records of the firewall as its Log Exporter sends them in the format `syslog`.

Form: Check Point's Log Exporter (`cp_log_export`, sk122323), RFC 5424 lines of `[key:"value"; …]`;
samples of R80 and R81: github.com/elastic/integrations packages/checkpoint. Records with one
`loguid` are of one connection: the first names its ends, a later "Log Update" its sizes, as the
gateway counted them at the client's side. Translated addresses are not used.
"""

from __future__ import annotations

import re

from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, host_of_url, port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "check-point"
MARKS = (" CheckPoint ",)

_MINE = re.compile(r' CheckPoint [^ ]{1,20} [^ ]{1,64} \[(?=[a-z_]{1,40}::?")')
_FIELD = re.compile(r'\b([A-Za-z_]{1,40})::?"((?:[^"\\]|\\.)*)"')
_ENDS = re.compile(r'\b(dst|src):"([0-9A-Fa-f.:]{2,45})"')
_STOPPED = frozenset({"drop", "reject", "block"})
_PASSED = frozenset({"accept", "encrypt", "decrypt", "monitor", "detect", "bypass", "allow"})
_SAME = ("src", "dst", "proto", "s_port", "service")
_MILLISECONDS = 10**11


def is_mine(text: str) -> bool:
    """True for the program's name before a list of `key:"value"`."""
    return _MINE.search(text) is not None


def parser(ledger: FlowLedger) -> CheckPoint:
    """A parser that writes to `ledger`."""
    return CheckPoint(ledger)


class CheckPoint:
    """Lines of gateways; connections are held for what later records add."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._sessions = HeldSessions(self._write, _SAME)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record; those that are not about connections are counted only."""
        found = _MINE.search(text)
        if found is None:
            return None
        at = clock.at(text)
        ends = [packed_address(address) for _, address in _ENDS.findall(text)]
        known = [end for end in ends[:2] if end is not None]
        if len(known) == 2 and not self._ledger.keep.wants(known[0], known[1]):
            return at
        fields = dict(_FIELD.findall(text, found.end()))
        at = _time(fields) or at
        if fields.get("src") and fields.get("dst") and "proto" in fields:
            ends = [packed_address(fields["src"]), packed_address(fields["dst"])]
            if None in ends or protocol_number(fields["proto"]) is None:
                self._ledger.bad_line(number, "its addresses or its protocol are none")
                return at
            self._name(at, fields)
        elif "loguid" not in fields or "client_inbound_bytes" not in fields:
            return at
        if not fields.get("loguid"):
            self._write(at, fields)
        else:
            self._sessions.take((fields.get("origin"), fields["loguid"]), at, fields, ended=False)
        return at

    def finish(self) -> None:
        """Write the connections that are still held."""
        self._sessions.finish()

    def _write(self, at: float, fields: Fields) -> None:
        if "src" not in fields or "dst" not in fields or "proto" not in fields:
            return  # sizes of a connection whose ends no record named
        action = fields.get("rule_action", fields.get("action", "")).lower()
        out = count_of(fields, "client_inbound_packets")
        back = count_of(fields, "client_outbound_packets")
        sent = count_of(fields, "client_inbound_bytes", "sent_bytes")
        received = count_of(fields, "client_outbound_bytes", "received_bytes")
        outcome = Outcome.UNKNOWN
        if action in _STOPPED or fields.get("action", "").lower() in _STOPPED:
            outcome = Outcome.BLOCKED
            back, received = back or 0, received or 0
        elif action in _PASSED and (back is not None or received is not None):
            outcome = Outcome.ANSWERED if back or received else Outcome.SILENT
        has_ports = protocol_number(fields["proto"]) in PORTED
        first = count_of(fields, "start_time", digits=10)
        self._ledger.flow(
            fields["src"],
            fields["dst"],
            fields["proto"],
            port_of(fields, "service") if has_ports else None,
            first=at if first is None else min(at, first),
            last=at,
            packets_out=out,
            packets_in=back,
            bytes_out=sent,
            bytes_in=received,
            outcome=outcome,
            source_port=port_of(fields, "s_port") if has_ports else None,
        )

    def _name(self, at: float, fields: Fields) -> None:
        """The host of a web request, where a blade saw one."""
        host, is_tls = host_of_url(fields.get("resource", ""))
        name = stated_name(fields.get("http_host") or fields.get("tls_server_host_name") or host)
        if name is None or packed_address(name) is not None:
            return
        is_tls = is_tls or "tls_server_host_name" in fields
        self._ledger.named(
            fields["src"],
            fields["dst"],
            fields["proto"],
            port_of(fields, "service"),
            name,
            "sni" if is_tls else "http-host",
            at,
        )


def _time(fields: Fields) -> float | None:
    """`time`: seconds since the epoch, or milliseconds where the exporter was told so."""
    number = count_of(fields, "time", digits=13)
    if not number:
        return None
    return number / 1000 if number > _MILLISECONDS else float(number)
