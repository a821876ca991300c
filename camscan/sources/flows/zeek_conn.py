"""Zeek's conn.log: who began, what came back, and how much.

Source: Zeek's documentation of conn.log, scripts/base/protocols/conn/main.zeek (conn_state,
history; orig_bytes counts payload, orig_ip_bytes the IP packets).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from camscan.model.flow import SLOT, Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.total import Outcome
from camscan.sources.flows.zeek_table import LATEST, number_of

COLUMNS = (
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration",
    "conn_state", "history", "orig_pkts", "resp_pkts", "orig_ip_bytes", "resp_ip_bytes",
    "orig_l2_addr", "resp_l2_addr", "ip_proto",
)  # fmt: skip
_OUTCOMES = {
    "S0": Outcome.SILENT,  # no answer to the SYN (UDP: to anything)
    "SH": Outcome.SILENT,  # SYN, then FIN, and never an answer
    "RSTOS0": Outcome.SILENT,  # SYN, then RST of the same side, and never an answer
    "REJ": Outcome.REFUSED,
    **dict.fromkeys(("S1", "S2", "S3", "SF", "RSTO", "RSTR", "RSTRH", "SHR"), Outcome.ANSWERED),
}
_MIDSTREAM = "OTH"
_FLIPPED = "^"
_SNAPSHOTS = 50_000


class ConnLine(NamedTuple):
    """One connection as the log has it; None is unset. Ports of ICMP are type and code."""

    ts: float
    uid: str | None
    orig_h: str
    orig_p: int
    resp_h: str
    resp_p: int
    proto: str
    duration: float
    state: str | None
    history: str
    orig_packets: int | None
    resp_packets: int | None
    orig_bytes: int | None
    resp_bytes: int | None
    orig_mac: str | None
    resp_mac: str | None
    ip_proto: int | None


class ZeekConnections:
    """Adds up connections and gives them to the ledger; `unknown` counts those of no protocol.

    Records of connections that still go on (open_conn, conn_long) are repeated and cumulative:
    the newest of each counts, unless its end is in a conn.log that was read after it.
    """

    def __init__(self, ledger: FlowLedger, names: StatedNames) -> None:
        self._ledger = ledger
        self._names = names
        self._sums = HourlySums(ledger)
        self._open: dict[str, ConnLine] = {}
        self.unknown = 0
        self.beyond = 0

    def take_open(self, line: ConnLine) -> None:
        """One record of a connection that goes on."""
        uid = line.uid or ""
        earlier = self._open.get(uid)
        if earlier is None and len(self._open) >= _SNAPSHOTS:
            self.beyond += 1
        elif earlier is None or line.duration >= earlier.duration:
            self._open[uid] = line

    def take(self, line: ConnLine) -> None:
        """One connection that is over."""
        if self._open and line.uid:
            self._open.pop(line.uid, None)
        kind, forward = _kind_of(
            line.orig_h, line.orig_p, line.resp_h, line.resp_p, line.proto, line.state,
            _FLIPPED in line.history, line.orig_mac, line.resp_mac, line.ip_proto,
        )  # fmt: skip
        counts = (line.orig_packets, line.resp_packets, line.orig_bytes, line.resp_bytes)
        self._add(kind, forward, line.uid, line.ts, line.ts + line.duration, counts)

    def take_texts(self, values: Sequence[str], unset: str) -> None:
        """The same of the texts of COLUMNS: what each wanted line of a table costs, so what many
        lines have in common is found once. ValueError says what is wrong with them."""
        (
            ts, uid, source, source_port, peer, port, proto, duration, state, history,
            packets_out, packets_in, bytes_out, bytes_in, mac, peer_mac, ip_proto,
        ) = values  # fmt: skip
        first = float(ts)
        lasted = 0.0 if duration == unset else float(duration)
        if not (0 <= first <= LATEST and 0 <= lasted <= LATEST):
            raise ValueError("a time or duration is out of range")
        sent = None if packets_out == unset else int(packets_out)
        back = None if packets_in == unset else int(packets_in)
        size = None if bytes_out == unset else int(bytes_out)
        size_back = None if bytes_in == unset else int(bytes_in)
        if ((sent or 0) | (back or 0) | (size or 0) | (size_back or 0)) >> 63:
            raise ValueError("a counter is out of range")
        if self._open:
            self._open.pop(uid, None)
        name, name_source = self._names.of(uid) if self._names else (None, None)
        key = None
        if state in _OUTCOMES and (
            proto == "tcp" or (proto == "udp" and len(port) < 4 and len(source_port) > 4)
        ):
            # The originator began it, whatever its port: one text tells the kind and the hour.
            hour = int(first // SLOT)
            key = f"{source}\t{peer}\t{port}\t{proto}\t{state}\t{mac}\t{hour}\t{name}"
            total = self._sums.known(key)
            if total is not None:
                total.add(first, first + lasted, sent, back, size, size_back)
                return
        kind, forward = _kind_of(
            source,
            number_of(source_port, unset) or 0,
            peer,
            number_of(port, unset) or 0,
            proto,
            state,
            _FLIPPED in history,
            None if mac == unset else mac,
            None if peer_mac == unset else peer_mac,
            number_of(ip_proto, unset),
        )
        if key is not None:
            kind = kind._replace(name=name, name_source=name_source)
            total = self._sums.open(key, kind, first)
            total.add(first, first + lasted, sent, back, size, size_back)
            return
        uid_or_none = None if uid == unset else uid
        self._add(kind, forward, uid_or_none, first, first + lasted, (sent, back, size, size_back))

    def _add(
        self,
        kind: Kind,
        forward: bool,
        uid: str | None,
        first: float,
        last: float,
        counts: tuple[int | None, int | None, int | None, int | None],
    ) -> None:
        packets_out, packets_in, bytes_out, bytes_in = counts
        if not forward:
            packets_out, packets_in = packets_in, packets_out
            bytes_out, bytes_in = bytes_in, bytes_out
        elif self._names:
            name, name_source = self._names.of(uid)
            if name is not None:
                kind = kind._replace(name=name, name_source=name_source)
        if not kind.protocol:
            self.unknown += 1
            return
        if kind.outcome is Outcome.UNKNOWN:
            kind = kind._replace(outcome=_by_packets(kind.protocol, packets_in))
        self._sums.add(kind, first, last, packets_out, packets_in, bytes_out, bytes_in)

    def finish(self) -> None:
        """Give what is left to the ledger."""
        still = list(self._open.values())
        self._open.clear()
        for line in still:
            self.take(line)
        self._sums.flush()


def _kind_of(
    source: str,
    source_port: int,
    peer: str,
    port: int,
    proto: str,
    state: str | None,
    flipped: bool,
    mac: str | None,
    peer_mac: str | None,
    ip_proto: int | None,
) -> tuple[Kind, bool]:
    """What a connection has in common with others, and whether Zeek's originator began it.

    The outcome is UNKNOWN where the counters must tell, the protocol empty where nothing does.
    """
    if proto == "unknown_transport":
        proto = "" if ip_proto is None else str(ip_proto)
    elif proto == "icmp" and ":" in source:
        proto = "icmpv6"
    forward, origin = _direction(proto, source_port, port, flipped, state != _MIDSTREAM)
    outcome = _OUTCOMES.get(state or "", Outcome.UNKNOWN) if forward else Outcome.UNKNOWN
    if not forward:
        source, peer, port, mac = peer, source, source_port, peer_mac
    ported = proto in ("tcp", "udp", "sctp")
    return Kind(
        source, peer, proto, port if ported else None, origin, outcome, None, None, mac
    ), forward  # fmt: skip


def _direction(
    proto: str, orig_port: int, port: int, flipped: bool, syn: bool
) -> tuple[bool, Origin]:
    """Whether Zeek's originator began, and how that is known.

    `^` in the history: Zeek itself turned the connection around, by its ports where no SYN was
    seen. A TCP connection seen from its middle has for originator whoever was heard first.
    """
    if proto == "tcp":
        if syn:
            return True, Origin.SYN
        return (True, Origin.PORTS) if flipped else con.tcp_start(0, orig_port, port)
    if proto == "udp":
        return (True, Origin.PORTS) if flipped else con.udp_start(orig_port, port)
    if proto in ("icmp", "icmpv6"):
        return con.icmp_start(con.ICMP if proto == "icmp" else con.ICMPV6, orig_port)
    return True, Origin.FIRST


def _by_packets(proto: str, packets_in: int | None) -> Outcome:
    if packets_in:
        return Outcome.ANSWERED
    if packets_in is None or proto == "tcp":
        return Outcome.UNKNOWN
    return Outcome.SILENT
