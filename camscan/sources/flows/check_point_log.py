"""Check Point: records of the firewall as its Log Exporter sends them in the format `syslog`.

Form: Check Point's Log Exporter (`cp_log_export`, sk122323), RFC 5424 lines of `[key:"value"; …]`,
and of older gateways `[Fields@1.3.6.1.4.1.2620 key="value" …]`; samples of R80, R81 and R82:
github.com/elastic/integrations packages/checkpoint. Records with one `loguid` are updates of one
connection (Logging and Monitoring Administration Guide, "Log Exporter - Appendix"): the first names
its ends, a later "Log Update" its sizes, as the gateway counted them at the client's side. A drop
of many packets lists them as `<source,port,destination,port,protocol;interface>`. Translated
addresses are not used.
"""

from __future__ import annotations

import re

from camscan.sources.flows import connection as con
from camscan.sources.flows.held_sessions import HeldSessions
from camscan.sources.flows.key_value import Fields, count_of, epoch_seconds, host_of_url, port_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.logged_packets import LoggedPackets
from camscan.sources.flows.stated_name import stated_name
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number

NAME = "check-point"
MARKS = (" CheckPoint ", " [Fields@1.3.6.1.4.1.2620 ")

_MINE = re.compile(
    r' CheckPoint [^ ]{1,20} [^ ]{1,64} \[(?=[a-z_]{1,40}::?")'
    r"| [^ ]{1,20} [^ ]{1,64} \[Fields@1\.3\.6\.1\.4\.1\.2620 "
)
_FIELD = re.compile(r'\b([A-Za-z_]{1,40})(?:::?|=)"((?:[^"\\]|\\.)*)"')
_OLD_NAMES = {"svc": "service", "sport_svc": "s_port", "Action": "action"}
_ODD_ZONE = re.compile(r"(<\d{1,3}>1 [\dT:-]{19})([+-])-?(\d):(\d\d) ")
_PACKET = re.compile(
    r"<([0-9A-Fa-f:.]{2,45}),(\d{1,5}),([0-9A-Fa-f:.]{2,45}),(\d{1,5}),(\d{1,3})(?:;([^>]{0,64}))?>"
)
_ENDS = re.compile(r'\b(dst|src)[:=]"([0-9A-Fa-f.:]{2,45})"')
_STOPPED = frozenset({"drop", "reject", "block"})
_PASSED = frozenset({"accept", "encrypt", "decrypt", "monitor", "detect", "bypass", "allow"})
_SAME = ("src", "dst", "proto", "s_port", "service")


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
        self._packets = LoggedPackets(ledger)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record; those that are not about connections are counted only."""
        found = _MINE.search(text)
        if found is None:
            return None
        at = clock.at(_ODD_ZONE.sub(r"\1\g<2>0\3:\4 ", text, count=1))
        ends = [packed_address(address) for _, address in _ENDS.findall(text)]
        known = [end for end in ends[:2] if end is not None]
        if len(known) == 2 and not self._ledger.keep.wants(known[0], known[1]):
            return at
        return self.take(number, at, _fields(text, found.end()))

    def take(self, number: int, at: float, fields: Fields) -> float:
        """One record by its fields; its time, that of the line is `at`."""
        at = _time(fields) or at
        if "<" in fields.get("packets", ""):
            self._dropped(at, fields)
            return at
        if fields.get("src") and fields.get("dst") and "proto" in fields:
            ends = [packed_address(fields["src"]), packed_address(fields["dst"])]
            if None in ends or protocol_number(fields["proto"]) is None:
                self._ledger.bad_line(number, "its addresses or its protocol are none")
                return at
            self._name(at, fields)
            if "tcp_packet_out_of_state" in fields:
                self._out_of_state(at, fields)
                return at
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
        self._packets.finish()

    def _dropped(self, at: float, fields: Fields) -> None:
        """Packets that one rule dropped, told together."""
        is_stopped = fields.get("action", "").lower() in _STOPPED
        for source, source_port, peer, port, number, interface in _PACKET.findall(
            fields["packets"]
        ):
            ends = (packed_address(source), packed_address(peer))
            protocol = protocol_number(number)
            if ends[0] is None or ends[1] is None or protocol is None:
                continue
            if not self._ledger.keep.wants(ends[0], ends[1]):
                continue
            ports = {"source": source_port, "peer": port} if protocol in PORTED else {}
            self._packets.packet(
                at,
                ends[0],
                ends[1],
                protocol,
                port_of(ports, "source"),
                port_of(ports, "peer"),
                flags=con.SYN,  # rules are asked for the first packet of a connection
                blocked=is_stopped,
                place=interface,
            )

    def _out_of_state(self, at: float, fields: Fields) -> None:
        """A packet out of the middle of a connection that the gateway does not know (any more)."""
        source, peer = packed_address(fields["src"]), packed_address(fields["dst"])
        if source is None or peer is None or not self._ledger.keep.wants(source, peer):
            return
        ports = (port_of(fields, "s_port"), port_of(fields, "service"))
        self._packets.packet(at, source, peer, con.TCP, *ports, flags=con.ACK, blocked=True)

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


def _fields(text: str, begin: int) -> Fields:
    """Fields by the names that Log Exporter gives them."""
    return {_OLD_NAMES.get(key, key): value for key, value in _FIELD.findall(text, begin)}


def _time(fields: Fields) -> float | None:
    """`time`: seconds since the epoch, or milliseconds where the exporter was told so."""
    number = count_of(fields, "time", digits=13)
    return epoch_seconds(number) if number else None
