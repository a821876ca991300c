"""Zeek's conn.log: who began, what came back, and how much.

Source: Zeek's documentation of conn.log, scripts/base/protocols/conn/main.zeek (conn_state,
history; orig_bytes counts payload, orig_ip_bytes the IP packets).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from camscan.model.flow import SLOT, Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.hour_columns import UNKNOWN, HourColumns, HourSums
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.total import Outcome
from camscan.sources.flows.zeek_table import LATEST

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
_UNKNOWN = str(UNKNOWN)
_LONG_PORT = 5  # digits: 10000 and above

# source, peer, port, protocol, state, MAC, hour, name and its source
_Key = tuple[str, str, str, str, str, str, int, tuple[str | None, str | None]]


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
    the newest of each counts, unless its end is in a conn.log that was read after it. `give` takes
    the sums of many lines in place of the ledger.
    """

    def __init__(
        self,
        ledger: FlowLedger,
        names: StatedNames,
        give: Callable[[HourSums], None] | None = None,
    ) -> None:
        self._names = names
        self._sums = HourlySums(ledger)
        self._columns = HourColumns(give or (lambda sums: sums.tell(ledger)))
        self._open: dict[str, ConnLine] = {}
        self.unknown = 0
        self.beyond = 0

    @property
    def going_on(self) -> bool:
        """Whether the end of some connection is still to come."""
        return bool(self._open)

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

    def take_many(self, lines: Sequence[ConnLine]) -> None:
        """Connections that are over, as `take` would one by one, but faster."""
        if not lines:
            return
        columns: list[Sequence[Any]] = list(zip(*lines, strict=True))
        for ports in (3, 5):
            columns[ports] = list(map(str, columns[ports]))
        for place in self.take_columns(columns, None):
            self.take(lines[place])

    def take_columns(self, columns: Sequence[Sequence[Any]], unset: str | None) -> list[int]:
        """COLUMNS of many lines that are over, as texts or (all but ports) as what they mean: the
        places of those that are left, for they are of a rarer kind or not right. They are for
        `take`, one by one."""
        (
            ts, uids, sources, source_ports, peers, ports, protos, durations, states, _,
            *counters, macs, _, _,
        ) = columns  # fmt: skip
        try:
            firsts = np.fromiter(map(float, ts), np.float64, len(ts))
            if unset in durations:
                durations = ["0" if text == unset else text for text in durations]
            lasted = np.fromiter(map(float, durations), np.float64, len(ts))
            counts = [_counts(texts, unset) for texts in counters]
        except (ValueError, OverflowError):
            return list(range(len(ts)))
        if not all(map(str.isdecimal, source_ports)):
            return list(range(len(ts)))
        if not (firsts.min() >= 0 and firsts.max() <= LATEST):
            return list(range(len(ts)))
        if not (lasted.min() >= 0 and lasted.max() <= LATEST):
            return list(range(len(ts)))
        names = map(self._names.of, uids) if self._names else repeat((None, None))
        hours = (firsts // SLOT).astype(np.int64).tolist()
        keys = zip(sources, peers, ports, protos, states, macs, hours, names)  # noqa: B905
        numbers: list[int] = []
        left: list[int] = []
        known = self._columns.known
        for place, key in enumerate(keys):
            number = known.get(key)
            if number is None:
                number = self._open_kind(key, source_ports[place], unset)
            elif key[3] == "udp" and len(source_ports[place]) < _LONG_PORT:
                number = None
            if number is None:
                left.append(place)
            else:
                numbers.append(number)
        if left:
            taken = np.ones(len(ts), bool)
            taken[left] = False
            firsts, lasted = firsts[taken], lasted[taken]
            counts = [column[taken] for column in counts]
        if self._open:
            for uid in uids:
                self._open.pop(uid, None)
        self._columns.add(numbers, firsts, firsts + lasted, counts)
        return left

    def _open_kind(self, key: _Key, source_port: str, unset: str | None) -> int | None:
        """The number of a new kind and hour; None where not every such connection is its like.

        The originator of these began them, whatever its port.
        """
        source, peer, port, proto, state, mac, _, (name, name_source) = key
        if state not in _OUTCOMES or not port.isdecimal():
            return None
        if len(port) > _LONG_PORT or len(source_port) > _LONG_PORT:
            return None
        if proto != "tcp" and not (
            proto == "udp" and len(port) < 4 and len(source_port) >= _LONG_PORT
        ):
            return None
        kind, _ = _kind_of(
            source, int(source_port), peer, int(port), proto, state, False,
            None if mac == unset else mac, None, None,
        )  # fmt: skip
        if name is not None:
            kind = kind._replace(name=name, name_source=name_source)
        return self._columns.open(key, kind)

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

    def flush(self) -> None:
        """Give all sums to the ledger."""
        self._columns.flush()
        self._sums.flush()

    def finish(self) -> None:
        """Give what is left to the ledger."""
        still = list(self._open.values())
        self._open.clear()
        for line in still:
            self.take(line)
        self.flush()


def _counts(texts: Sequence[Any], unset: str | None) -> NDArray[np.int64]:
    """A column of counters, UNKNOWN where unset. ValueError and OverflowError: one is none."""
    missing = texts.count(unset)
    known = [_UNKNOWN if text == unset else text for text in texts] if missing else texts
    counts = np.fromiter(map(int, known), np.int64, len(texts))
    if counts.min() < 0 and np.count_nonzero(counts < 0) != missing:
        raise ValueError("a counter is out of range")
    return counts


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
