"""A live capture of one interface as a source of flows, beside the readers of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from camscan.net.crossing_filter import Network, crossing_filter
from camscan.net.tap import Tap
from camscan.sources.flows.connection import Connection
from camscan.sources.flows.source import Reading
from camscan.sources.flows.table import FlowTable

NAME = "iface"
WITHIN = (
    "of what stays inside the network only starts and ends of TCP connections, ICMP errors, DNS"
    " and NTP were captured, so bytes of those conversations are too low"
)


class LiveCapture:
    """Writes what an interface shows into `reading`, until `close`. Raises LocalFaultError.

    `inside` are the networks that count as inside. `opened` gets every connection with its first
    packet, when it is a list.
    """

    def __init__(
        self,
        name: str,
        reading: Reading,
        inside: Sequence[Network],
        *,
        promiscuous: bool = False,
        on_state: Callable[[str], None] = lambda _: None,
        opened: list[Connection] | None = None,
    ) -> None:
        keep = reading.keep
        made = crossing_filter(keep.addresses, keep.macs, inside)
        self.tap = Tap(name, made.program, promiscuous=promiscuous, on_state=on_state)
        self.exact = made.exact
        self._opened = opened
        self._begin(reading)

    def _begin(self, reading: Reading) -> None:
        self._ledger = reading.ledger(NAME, unit="packets")
        self._ledger.open(f"{NAME}:{self.tap.name}")
        self._table = FlowTable(
            reading.keep.addresses,
            reading.keep.macs,
            totals=self._ledger.totals,
            names=reading.names,
            opened=self._opened,
            first_bytes=reading.first_bytes,
        )
        self._outages, self._lost = self.tap.outages, self.tap.lost

    def take(self, seconds: float) -> int:
        """Wait at most so long for packets and count them in; how many came."""
        before = self._table.packets
        if self.tap.wait(seconds):
            self._table.feed(self.tap.frames())
        return self._table.packets - before

    def close(self, problem: str | None = None) -> None:
        """The end: the last packets, the kernel's counters, what was not captured. `problem` says
        why it came early."""
        self._table.feed(self.tap.frames())
        self.tap.close()
        self._end(problem)

    def renew(self, reading: Reading) -> None:
        """Close the books in one reading and go on in another; no packet is missed."""
        self.tap.count()
        names = self._ledger.totals.names
        self._end()
        self._begin(reading)
        self._ledger.totals.names.update(names)

    def _end(self, problem: str | None = None) -> None:
        table, ledger = self._table, self._ledger
        table.finish()
        ledger.kept = table.kept
        ledger.saw(table.packets, table.first, table.last)
        ledger.skip("traffic inside the network", WITHIN)
        outages = self.tap.outages - self._outages
        if outages:
            reason = f"the interface went down {outages} times; nothing was captured meanwhile"
            ledger.skip("the whole time", reason)
        ledger.close(problem=problem, lost=self.tap.lost - self._lost)
