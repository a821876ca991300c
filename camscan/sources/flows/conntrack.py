"""Linux's connection tracking: `conntrack -L`, `conntrack -E -o timestamp`, /proc/net/nf_conntrack.

The original tuple is kept: behind NAT it is the device's own address, and the peer that the device
asked for. Events give the time of each connection; a list gives none.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import ip_address

from camscan.model.flow import Origin
from camscan.sources.flows.conntrack_line import Tracked, Tuple, parse_line
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import PORTED, Outcome, packed_address, protocol_number
from camscan.sources.lines import lines
from camscan.sources.source_file import SourceFile

NAME = "conntrack"
_OPEN = 65_536
_LISTED = (
    "a list holds no times: each connection is given the time at which the file was written, "
    "less its age where the list tells it"
)

Key = tuple[str, str, str, int, int]


def sniff(head: bytes) -> bool:
    """True when one of the first lines is conntrack's."""
    first = head[:8192].decode("utf-8", "replace").splitlines()[:5]
    return any(_is_whole(parse_line(line)) for line in first)


def _is_whole(found: Tracked | None) -> bool:
    return found is not None and found.reply is not None


def read(files: Sequence[SourceFile], reading: Reading) -> None:
    """Read all files. Raises SourceError when one cannot be opened."""
    ledger = reading.ledger(NAME, unit="lines")
    for file in files:
        ledger.open(file.name)
        now = time.time() if file.path is None else file.path.stat().st_mtime
        table = _Table(ledger, now)
        with file.open() as stream:
            for number, text in lines(stream):
                if text.strip() and not text.startswith("conntrack v"):
                    table.take(text, number)
        table.finish()
        ledger.close(problem=stream.problem)


class _Table:
    """The connections of one file: events of the same one are joined by its original tuple."""

    def __init__(self, ledger: FlowLedger, now: float) -> None:
        self._ledger = ledger
        self._now = now
        self._open: dict[Key, tuple[float, Tracked]] = {}
        self._listed = 0

    def take(self, text: str, number: int) -> None:
        """One line."""
        found = parse_line(text)
        if found is None:
            self._ledger.saw(1, None, None)
            self._ledger.bad(f"line {number}", "is no connection")
            return
        at = found.at
        if at is None:
            self._ledger.saw(1, self._now, self._now)
            self._listed += 1
            at = self._now
        else:
            self._ledger.saw(1, at, at)
        if not self._is_wanted(found):
            return
        if found.event is None:
            self._emit(found, at - (found.lasted or 0), at)
            return
        key = _key(found)
        begun, before = self._open.pop(key, (at, found))
        if found.event == "NEW" and before is not found:
            self._emit(before, begun, at)  # its end was not seen
            begun = at
        if found.event == "DESTROY":
            if before is found:
                begun = at - (found.lasted or 0)
            self._emit(found, begun, at, before=before)
            return
        if len(self._open) >= _OPEN:
            oldest = next(iter(self._open))
            first, held = self._open.pop(oldest)
            self._emit(held, first, held.at or at)
        self._open[key] = (begun, found)

    def finish(self) -> None:
        """Connections whose end the file does not hold."""
        for begun, found in self._open.values():
            self._emit(found, begun, found.at or begun)
        if self._listed:
            self._ledger.skip("times", _LISTED)

    def _is_wanted(self, found: Tracked) -> bool:
        sides = [found.original.source, found.original.destination]
        if found.reply is not None:
            sides += [found.reply.source, found.reply.destination]
        packed = [packed_address(side) for side in sides]
        wanted = self._ledger.keep.addresses
        return wanted is None or any(side in wanted for side in packed if side is not None)

    def _emit(
        self, found: Tracked, first: float, last: float, *, before: Tracked | None = None
    ) -> None:
        original, reply = found.original, found.reply
        # The end of a connection is told without its state by older versions.
        state = found.state or (before.state if before is not None else None)
        packets_in = reply.packets if reply is not None else None
        bytes_in = reply.bytes if reply is not None else None
        if not found.replied:
            outcome, packets_in, bytes_in = Outcome.SILENT, 0, 0
        elif found.protocol == "6" and state == "CLOSE" and not found.assured:
            outcome = Outcome.REFUSED  # a reset answered the SYN
        else:
            outcome = Outcome.ANSWERED
        peer, port = self._peer(original, reply)
        counted = found.event in (None, "DESTROY")
        self._ledger.flow(
            original.source,
            peer,
            found.protocol,
            port if protocol_number(found.protocol) in PORTED else None,
            first=max(0.0, first),
            last=last,
            packets_out=original.packets if counted else None,
            packets_in=packets_in if counted or not found.replied else None,
            bytes_out=original.bytes if counted else None,
            bytes_in=bytes_in if counted or not found.replied else None,
            origin=Origin.RECORDED,
            outcome=outcome,
            starts=None if found.at is not None else (),
        )

    def _peer(self, original: Tuple, reply: Tuple | None) -> tuple[str, int]:
        """The peer asked for; of a port forwarded inwards, the device behind it."""
        if reply is None or reply.source == original.destination:
            return original.destination, original.port
        wanted = self._ledger.keep.addresses
        inside = packed_address(reply.source)
        if wanted is not None:
            inwards = inside in wanted and packed_address(original.source) not in wanted
        else:
            inwards = _is_public(original.source) and not _is_public(reply.source)
        if inwards:
            return reply.source, reply.source_port
        return original.destination, original.port


def _is_public(text: str) -> bool:
    try:
        return ip_address(text).is_global
    except ValueError:
        return False


def _key(found: Tracked) -> Key:
    tuple_ = found.original
    return (
        found.protocol,
        tuple_.source,
        tuple_.destination,
        tuple_.source_port,
        tuple_.port,
    )
