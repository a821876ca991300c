"""Where the readers of captures and logs write what they read: one ledger for each source."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.flow import Origin
from camscan.sources.dns_message import DnsMessage
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.record import SourceSeen
from camscan.sources.flows.total import (
    Counts,
    FlowTotals,
    Outcome,
    address_text,
    packed_address,
    protocol_number,
)

COMPLETENESS = "completeness"
"""What a skip is about that says what a source lost."""
_REPORTS = 20
_NAMED = 30_000

NamedPeer = tuple[bytes, bytes, int, int | None]  # client, peer, protocol, port


class Keep(Struct, frozen=True, kw_only=True):
    """Which traffic is kept: packed `addresses` and `macs`; None keeps everything."""

    addresses: frozenset[bytes] | None = None
    macs: frozenset[bytes] = frozenset()

    def wants(self, source: bytes, peer: bytes, mac: bytes | None = None) -> bool:
        """True when either side or the MAC is wanted."""
        wanted = self.addresses
        return wanted is None or source in wanted or peer in wanted or mac in self.macs


class FlowLedger:
    """What one source (`label`) told; the names are shared by all sources of a reading.

    A reader calls `open` for each file, then `flow`, `question`, `answer`, `named` and `bad` for
    what it finds, and `close` at its end. `unit` names what is counted: packets, records, lines.
    """

    def __init__(self, label: str, keep: Keep, names: NameTable, *, unit: str = "records") -> None:
        self.label = label
        self.keep = keep
        self.names = names
        self.unit = unit
        self.loses_in_gaps = False
        """What is lost is counted in gaps of sequence numbers, of unknown size each."""
        self.totals = FlowTotals()
        self.named_peers: dict[NamedPeer, dict[tuple[str, str], tuple[float, float, int]]] = {}
        self.sources: list[SourceSeen] = []
        self.skips: list[Skip] = []
        self.count = 0
        self.kept = 0
        self.first: float | None = None
        self.last: float | None = None
        self._open_file("")

    def _open_file(self, path: str) -> None:
        self._path = path
        self._before = self.count
        self._bad = 0
        self._problems: list[str] = []
        self._first: float | None = None
        self._last: float | None = None

    def open(self, path: str) -> None:
        """Begin a file (or interface)."""
        self._open_file(path)

    def saw(self, count: int, first: float | None, last: float | None) -> None:
        """Count records and the times (seconds) of the first and last of them."""
        self.count += count
        if first is None or last is None:
            return
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)

    def bad(self, where: str, reason: str) -> None:
        """A line or record that cannot be read: `where` is its number or position."""
        self._bad += 1
        if self._bad <= _REPORTS:
            self._problems.append(f"{where}: {reason}" if where else reason)

    def bad_line(self, number: int, reason: str) -> None:
        """The same of a line of the open file."""
        self.bad(f"line {number}", reason)

    def bad_unlisted(self, count: int) -> None:
        """More of them than can be listed."""
        self._bad += count

    def skip(self, what: str, reason: str) -> None:
        """Something of the open file that is not known or was left out."""
        self.skips.append(Skip(subject=self._path or self.label, what=what, reason=reason))

    def close(self, *, problem: str | None = None, lost: int | None = None) -> None:
        """End the open file; `problem` says why it ended early, `lost` what it says it missed."""
        path = self._path
        for text in self._problems:
            self.skips.append(Skip(subject=path, what="part of the source", reason=text))
        if self._bad > len(self._problems):
            more = f"{self._bad - len(self._problems)} more problems of this file are not listed"
            self.skips.append(Skip(subject=path, what="part of the source", reason=more))
        if problem is not None:
            self.skips.append(Skip(subject=path, what="end of the file", reason=problem))
        if lost:
            reason = f"{lost} {self.unit} were lost on the way, says the source itself"
            if self.loses_in_gaps:
                reason = f"{self.unit} were lost on the way: {lost} gaps in their sequence numbers"
            self.skips.append(Skip(subject=path, what=COMPLETENESS, reason=reason))
        self.sources.append(
            SourceSeen(
                path=path,
                kind=self.label,
                unit=self.unit,
                count=self.count - self._before,
                first=self._first,
                last=self._last,
                complete=problem is None and not self._bad,
                lost=lost,
                bad=self._bad,
            )
        )
        for at in (self._first, self._last):
            if at is not None:
                self.first = at if self.first is None else min(self.first, at)
                self.last = at if self.last is None else max(self.last, at)
        self._open_file("")

    def flow(
        self,
        source: str,
        peer: str,
        protocol: str,
        port: int | None,
        *,
        first: float,
        last: float | None = None,
        count: int = 1,
        packets_out: int | None = None,
        packets_in: int | None = None,
        bytes_out: int | None = None,
        bytes_in: int | None = None,
        origin: Origin = Origin.RECORDED,
        outcome: Outcome = Outcome.UNKNOWN,
        name: str | None = None,
        name_source: str | None = None,
        mac: str | None = None,
        source_port: int | None = None,
        starts: Sequence[float] | None = None,
        sizes: Sequence[int | None] | None = None,
        library: str | None = None,
    ) -> bool:
        """Take up connections of one initiator; False when nobody wants them or they make no sense.

        `count` > 1: that many connections of one hour, added up by the source. Bytes are those of
        IP packets, None what the source cannot know. Times are seconds since the epoch.
        """
        from_packed, to_packed = packed_address(source), packed_address(peer)
        number = protocol_number(protocol)
        if from_packed is None or to_packed is None or number is None:
            return False
        packed_mac = packed_mac_of(mac)
        if not self.keep.wants(from_packed, to_packed, packed_mac):
            return False
        counts: Counts = (count, packets_out, packets_in, bytes_out, bytes_in)
        self.totals.record(
            (from_packed, to_packed, number, port),
            (name, name_source if name is not None else None),
            outcome,
            origin=origin,
            first=first,
            last=first if last is None else max(first, last),
            counts=counts,
            mac=packed_mac,
            source_port=source_port,
            library=library,
            starts=starts,
            sizes=sizes,
        )
        self.kept += count
        return True

    def question(self, client: str, name: str, at: float, *, kind: int = 1) -> bool:
        """A name that `client` asked for; False when nobody wants it."""
        return self._dns(client, DnsMessage(False, _plain(name), kind, ()), at)

    def answer(
        self,
        client: str,
        name: str,
        addresses: Sequence[str],
        at: float,
        *,
        kind: int = 1,
        blocked: bool = False,
    ) -> bool:
        """The addresses (texts) that `client` was given for `name`; False when nobody wants it.

        `blocked`: the resolver withheld the answer and says so.
        """
        known = (packed_address(text) for text in addresses)
        texts = tuple(address_text(packed) for packed in known if packed is not None)
        message = DnsMessage(True, _plain(name), kind, () if blocked else texts)
        return self._dns(client, message, at, blocked=blocked)

    def named(
        self,
        client: str,
        peer: str,
        protocol: str,
        port: int | None,
        name: str,
        name_source: str,
        at: float,
    ) -> bool:
        """A name that a log gives for a peer without counting anything (TLS, QUIC, HTTP logs).

        It names the flows of this peer and port that show no name of their own; where no source
        has such a flow it is a conversation by itself. False when nobody wants it.
        """
        from_packed, to_packed = packed_address(client), packed_address(peer)
        number = protocol_number(protocol)
        if from_packed is None or to_packed is None or number is None:
            return False
        if not self.keep.wants(from_packed, to_packed):
            return False
        key = (from_packed, to_packed, number, port)
        if key not in self.named_peers and len(self.named_peers) >= _NAMED:
            self.names.forgotten += 1
            return True
        seen = self.named_peers.setdefault(key, {})
        first, last, count = seen.get((_plain(name), name_source), (at, at, 0))
        seen[_plain(name), name_source] = (min(first, at), max(last, at), count + 1)
        return True

    def _dns(self, client: str, message: DnsMessage, at: float, *, blocked: bool = False) -> bool:
        packed = packed_address(client)
        if packed is None or not message.name:
            return False
        if self.keep.addresses is not None and packed not in self.keep.addresses:
            return False
        self.names.learn(packed, message, at, blocked=blocked, recorded_by=self.label)
        return True


def packed_mac_of(text: str | None) -> bytes | None:
    """A MAC text with colons, dashes, dots or nothing between its digits, packed; None if none."""
    if text is None:
        return None
    digits = text.replace(":", "").replace("-", "").replace(".", "")
    try:
        return bytes.fromhex(digits) if len(digits) == 12 else None
    except ValueError:
        return None


def _plain(name: str) -> str:
    return name.strip().rstrip(".").lower()[:253]
