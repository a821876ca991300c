"""Packets that a firewall logged, one a line, put together to the connections they belong to.

A packet that is logged on its way in and again on its way out is one packet; a SYN that is
repeated is one try, as it is in a capture.
"""

from __future__ import annotations

from camscan.model.flow import Origin
from camscan.sources.flows import connection as con
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.total import Counts, Name, Outcome

_IDLE = 120.0  # seconds: as long as captures wait for the next packet
_SAME = 1.0  # seconds within which two rules or interfaces log one packet
_ROOM = 16_384
_UNKNOWN: Counts = (1, None, None, None, None)
_NO_NAME: Name = (None, None)

Key = tuple[bytes, bytes, int, int | None, int | None]


class _Try:
    __slots__ = (
        "blocked",
        "bytes",
        "first",
        "last",
        "mac",
        "origin",
        "packets",
        "place",
        "sequence",
    )

    def __init__(self, at: float, place: str, origin: Origin) -> None:
        self.first = at
        self.last = at
        self.place = place
        self.origin = origin
        self.packets = 1
        self.bytes: int | None = 0
        self.blocked = False
        self.mac: bytes | None = None
        self.sequence: str | None = None


class LoggedPackets:
    """Connections are written to the ledger when they are idle, crowded out, or at `finish`."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._newer: dict[Key, _Try] = {}
        self._older: dict[Key, _Try] = {}

    def packet(
        self,
        at: float,
        source: bytes,
        peer: bytes,
        protocol: int,
        source_port: int | None,
        port: int | None,
        *,
        flags: int = 0,
        kind: int | None = None,
        length: int | None = None,
        blocked: bool = False,
        place: str = "",
        sequence: str | None = None,
        mac: bytes | None = None,
    ) -> None:
        """One logged packet that somebody wants, from `source` (packed).

        It has TCP `flags`, an ICMP type `kind` and its IP `length` in bytes.

        `place` is the interface or rule that logged it. Only a blocked packet that begins a
        connection is a blocked try; of every other line what came back is unknown.
        """
        starts = True
        if protocol == con.TCP:
            starts = flags & (con.SYN | con.ACK) == con.SYN
            by_sender, origin = con.tcp_start(flags, source_port or 0, port or 0)
        elif protocol == con.UDP:
            by_sender, origin = con.udp_start(source_port or 0, port or 0)
        elif protocol in con.UNREACHABLE and kind is not None:
            by_sender, origin = con.icmp_start(protocol, kind)
        else:
            by_sender, origin = True, Origin.FIRST
        if by_sender:
            key = (source, peer, protocol, source_port, port)
            stopped = blocked and starts and origin is not Origin.UNKNOWN
        else:
            key = (peer, source, protocol, port, source_port)
            stopped, mac = False, None
        known = self._newer.get(key)
        if known is None and self._older:
            known = self._older.pop(key, None)
            if known is not None:
                self._newer[key] = known
        if known is not None:
            if self._belongs(known, at, sequence if starts else None):
                self._join(known, at, place, length, stopped)
                return
            self._write(key, known)
        elif len(self._newer) >= _ROOM:
            self._flush(self._older)
            self._older, self._newer = self._newer, {}
        made = self._newer[key] = _Try(at, place, origin)
        made.bytes = length
        made.blocked = stopped
        made.mac = mac
        if starts:
            made.sequence = sequence

    def finish(self) -> None:
        """Write everything that is still held."""
        self._flush(self._older)
        self._flush(self._newer)

    def _belongs(self, known: _Try, at: float, sequence: str | None) -> bool:
        """Whether a packet belongs to the connection that is held."""
        if abs(at - known.last) > _IDLE:
            return False
        return sequence is None or known.sequence is None or sequence == known.sequence

    def _join(self, known: _Try, at: float, place: str, length: int | None, stopped: bool) -> None:
        again = place != known.place and abs(at - known.last) <= _SAME
        known.first = min(known.first, at)
        known.last = max(known.last, at)
        if again:
            known.blocked = known.blocked or stopped
            return
        known.blocked = known.blocked and stopped
        known.packets += 1
        if known.bytes is not None:
            known.bytes = None if length is None else known.bytes + length

    def _flush(self, held: dict[Key, _Try]) -> None:
        for key, known in held.items():
            self._write(key, known)
        held.clear()

    def _write(self, key: Key, known: _Try) -> None:
        source, peer, protocol, source_port, port = key
        ledger = self._ledger
        ledger.kept += 1
        if known.blocked:
            counts: Counts = (1, known.packets, 0, known.bytes, 0)
            outcome = Outcome.BLOCKED
        else:
            counts, outcome = _UNKNOWN, Outcome.UNKNOWN
        ledger.totals.record(
            (source, peer, protocol, port),
            _NO_NAME,
            outcome,
            origin=known.origin,
            first=known.first,
            last=known.last,
            counts=counts,
            mac=known.mac,
            source_port=source_port,
        )
