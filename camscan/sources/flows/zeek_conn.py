"""Zeek's conn.log: who began, what came back, and how much.

Source: Zeek's documentation of conn.log, scripts/base/protocols/conn/main.zeek (conn_state,
history; orig_bytes counts payload, orig_ip_bytes the IP packets).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.total import Outcome

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
        (
            ts, uid, source, orig_port, peer, port, proto, duration, state, history,
            packets_out, packets_in, bytes_out, bytes_in, mac, peer_mac, ip_proto,
        ) = line  # fmt: skip
        if self._open and uid:
            self._open.pop(uid, None)
        if proto == "unknown_transport":
            if ip_proto is None:
                self.unknown += 1
                return
            proto = str(ip_proto)
        elif proto == "icmp" and ":" in source:
            proto = "icmpv6"
        flipped, syn = _FLIPPED in history, state != _MIDSTREAM
        forward, origin = _direction(proto, orig_port, port, flipped, syn)
        name, name_source = self._names.of(uid)
        if not forward:
            source, peer, port, mac = peer, source, orig_port, peer_mac
            packets_out, packets_in = packets_in, packets_out
            bytes_out, bytes_in = bytes_in, bytes_out
            name = name_source = None
        outcome = _OUTCOMES.get(state or "") if forward else None
        if outcome is None:
            outcome = _by_packets(proto, packets_in)
        self._sums.add(
            Kind(
                source,
                peer,
                proto,
                port if proto in ("tcp", "udp", "sctp") else None,
                origin,
                outcome,
                name,
                name_source,
                mac,
            ),
            ts,
            ts + duration,
            packets_out,
            packets_in,
            bytes_out,
            bytes_in,
        )

    def finish(self) -> None:
        """Give what is left to the ledger."""
        still = list(self._open.values())
        self._open.clear()
        for line in still:
            self.take(line)
        self._sums.flush()


@lru_cache(maxsize=65_536)
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
