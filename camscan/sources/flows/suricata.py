"""Flows and names of Suricata's eve.json.

A tls, quic or http event names the flow event with the same flow_id, which Suricata writes when
the flow is over. netflow events (one direction each) are a ledger of their own: where both are
switched on the same traffic is in both. Bytes are those that Suricata counts: its frames, with
the link header where there is one. Source: Suricata's documentation of the EVE JSON format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger, packed_mac_of
from camscan.sources.flows.one_way import OneWay, OneWayFlows
from camscan.sources.flows.source import Reading
from camscan.sources.flows.stated_name import Stated, StatedNames, stated_name
from camscan.sources.flows.suricata_block import EveBlocks
from camscan.sources.flows.suricata_event import (
    EveEvent,
    EveFlow,
    dns_addresses,
    dns_name,
    flags_of,
    parse_event,
    seconds_of,
)
from camscan.sources.flows.total import (
    Outcome,
    packed_address,
    protocol_name,
    protocol_number,
)
from camscan.sources.line_blocks import line_blocks
from camscan.sources.source_file import SourceFile

NAME = "suricata"
_EVENT = re.compile(rb'"event_type"\s*:\s*"[a-z_0-9]+"')
_DNS = 53
_MDNS = (5353, 5355)
_PORTED = ("tcp", "udp", "sctp")
_MOST = 1 << 63


def sniff(head: bytes) -> bool:
    """True for JSON Lines whose first object is an event."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    return first.startswith(b"{") and _EVENT.search(first) is not None


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read all files, oldest first. Raises SourceError when one cannot be opened."""
    ledger = reading.ledger(NAME, unit="events")
    reader = EventReader(ledger, reading)
    blocks = EveBlocks(ledger)
    for file in sorted(files, key=lambda each: _start(each.head())):
        ledger.open(file.name)
        with file.open() as stream:
            for number, block in line_blocks(stream):
                for place, line in blocks.lines(block):
                    if line.strip():
                        at = reader.take(line, number + place)
                        ledger.saw(1, at, at)
        ledger.close(problem=stream.problem)
    reader.finish()


def _start(head: bytes) -> float:
    event = parse_event(head.split(b"\n", 1)[0])
    return 0.0 if isinstance(event, str) else seconds_of(event.timestamp) or 0.0


class EventReader:
    """Writes what events tell into a ledger; netflow events into one of their own in `reading`."""

    def __init__(self, ledger: FlowLedger, reading: Reading | None = None) -> None:
        self._reading = reading
        self.ledger = ledger
        self._names = StatedNames(self.ledger)
        self._sums = HourlySums(self.ledger)
        self._one_way: OneWayFlows | None = None

    def take(self, line: bytes, number: int) -> float | None:
        """One line; its time (seconds), None when it has none."""
        event = parse_event(line)
        if isinstance(event, str):
            self.ledger.bad(f"line {number}", event)
            return None
        at = seconds_of(event.timestamp)
        if event.src_ip is None or event.dest_ip is None or event.proto is None:
            return at  # of a kind that tells nothing of a connection
        if at is None:
            self.ledger.bad(f"line {number}", "its time is none")
        elif self._is_wanted(event):
            protocol = protocol_number(event.proto)
            if protocol is not None:  # a container without /etc/protocols has "17" for "UDP"
                self._event(event, protocol_name(protocol), at, number)
        return at

    def _event(self, event: EveEvent, protocol: str, at: float, number: int) -> None:
        if event.flow is not None and event.event_type == "flow":
            self._take_flow(event, event.flow, protocol, at, number)
        elif event.netflow is not None and event.event_type == "netflow":
            self._take_netflow(event, protocol, at, number)
        elif event.dns is not None and event.event_type == "dns":
            self._take_dns(event, at)
        else:
            self._take_name(event, protocol, at)

    def finish(self) -> None:
        """Give what is left to the ledgers."""
        self._sums.flush()
        self._names.finish()
        if self._one_way is not None:
            self._one_way.finish()

    def _is_wanted(self, event: EveEvent) -> bool:
        keep = self.ledger.keep
        source, peer = packed_address(event.src_ip or ""), packed_address(event.dest_ip or "")
        if source is None or peer is None:
            return False
        mac = event.ether.src_macs[0] if event.ether and event.ether.src_macs else None
        return keep.wants(source, peer, packed_mac_of(mac))

    def _take_flow(
        self, event: EveEvent, flow: EveFlow, protocol: str, at: float, number: int
    ) -> None:
        counts = (
            flow.pkts_toserver,
            flow.pkts_toclient,
            flow.bytes_toserver,
            flow.bytes_toclient,
        )
        if not all(0 <= count <= _MOST for count in counts):
            self.ledger.bad(f"line {number}", "a counter is out of range")
            return
        first = seconds_of(flow.start)
        first = at if first is None else first
        last = max(first, seconds_of(flow.end) or first)
        source, peer = event.src_ip or "", event.dest_ip or ""
        port, source_port = event.dest_port, event.src_port
        macs = event.ether.src_macs if event.ether is not None else ()
        mac = macs[0] if macs else None
        name, name_source = self._names.taken(event.flow_id)
        to_server = flags_of(event.tcp.tcp_flags_ts) if event.tcp is not None else None
        to_client = flags_of(event.tcp.tcp_flags_tc) if event.tcp is not None else None
        unreachable = _is_unreachable(flow, to_client)
        if unreachable:
            counts = (counts[0], 0, counts[2], 0)
        forward, origin = _who_began(protocol, source_port, port, event.icmp_type, to_server)
        if not forward:
            source, peer, port, mac = peer, source, source_port, None
            counts = (counts[1], counts[0], counts[3], counts[2])
            to_server, to_client = to_client, to_server
            name = name_source = None
        self._sums.add(
            Kind(
                source,
                peer,
                protocol,
                port if protocol in _PORTED else None,
                origin,
                Outcome.REFUSED if unreachable else _outcome(flow, protocol, counts[1], to_client),
                name,
                name_source,
                mac,
            ),
            first,
            last,
            *counts,
        )

    def _take_netflow(self, event: EveEvent, protocol: str, at: float, number: int) -> None:
        if self._reading is None:
            return
        if self._one_way is None:
            ledger = self._reading.ledger(f"{NAME} netflow", unit="events")
            self._one_way = OneWayFlows(ledger)
        netflow = event.netflow
        if netflow is None or not (0 <= netflow.pkts <= _MOST and 0 <= netflow.bytes <= _MOST):
            self.ledger.bad(f"line {number}", "a counter is out of range")
            return
        first = seconds_of(netflow.start)
        first = at if first is None else first
        port = event.dest_port
        if event.icmp_type is not None:
            port = (event.icmp_type & 0xFF) << 8
        self._one_way.add(
            OneWay(
                first,
                max(first, seconds_of(netflow.end) or first),
                protocol,
                event.src_ip or "",
                event.src_port,
                event.dest_ip or "",
                port,
                flags_of(event.tcp.tcp_flags) if event.tcp is not None else None,
                netflow.pkts,
                netflow.bytes,
            )
        )

    def _take_dns(self, event: EveEvent, at: float) -> None:
        dns = event.dns
        name = dns_name(dns) if dns is not None else None
        if dns is None or name is None or {event.src_port, event.dest_port} & set(_MDNS):
            return
        # Old versions write an answer as it travels, newer ones always from the client.
        client = event.dest_ip if event.src_port == _DNS != event.dest_port else event.src_ip
        if dns.type in ("query", "request"):
            self.ledger.question(client or "", name, at)
        else:
            self.ledger.answer(client or "", name, dns_addresses(dns), at)

    def _take_name(self, event: EveEvent, protocol: str, at: float) -> None:
        if event.tls is not None:
            name, name_source = stated_name(event.tls.sni), "sni"
        elif event.quic is not None:
            name, name_source = stated_name(event.quic.sni), "quic-sni"
        elif event.http is not None:
            name = stated_name(event.http.hostname)
            name_source = "http-connect" if event.http.http_method == "CONNECT" else "http-host"
        else:
            return
        if name is None:
            return
        stated = Stated(
            event.src_ip or "",
            event.dest_ip or "",
            protocol,
            event.dest_port,
            name,
            name_source,
            at,
        )
        self._names.state(event.flow_id, stated)


def _who_began(
    protocol: str, source_port: int, port: int, icmp_type: int | None, to_server: int | None
) -> tuple[bool, Origin]:
    """Whether Suricata's client began: the sender of the first packet that it saw."""
    if protocol == "tcp":
        if to_server is not None and to_server & con.SYN:
            return True, Origin.SYN
        return con.tcp_start(0, source_port, port)
    if protocol == "udp":
        return con.udp_start(source_port, port)
    if protocol in ("icmp", "icmpv6") and icmp_type is not None:
        return con.icmp_start(con.ICMP if protocol == "icmp" else con.ICMPV6, icmp_type)
    return True, Origin.FIRST


def _is_unreachable(flow: EveFlow, to_client: int | None) -> bool:
    """Whether all that came back were ICMP errors: they are counted, but leave the flow new."""
    return flow.state == "new" and flow.pkts_toclient > 0 and not to_client


def _outcome(flow: EveFlow, protocol: str, packets_in: int, to_client: int | None) -> Outcome:
    if flow.action == "drop":
        return Outcome.BLOCKED
    if not packets_in:
        return Outcome.SILENT
    if protocol == "tcp" and to_client is not None and to_client & con.RST:
        return Outcome.ANSWERED if to_client & con.SYN else Outcome.REFUSED
    return Outcome.ANSWERED
