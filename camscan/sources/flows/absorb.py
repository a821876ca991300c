"""Pieces of a source that is still growing, read one by one and added up in one ledger."""

from __future__ import annotations

from collections.abc import Iterable

from camscan.model.flow import Flow
from camscan.sources.flows.join import named_flows
from camscan.sources.flows.ledger import COMPLETENESS, FlowLedger
from camscan.sources.flows.read import flow_source
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import Outcome
from camscan.sources.source_file import SourceFile

_MOST_SKIPS = 20


class Absorber:
    """Adds pieces to `reading` under the name of their source, until `close`."""

    def __init__(self, path: str, module: str, reading: Reading) -> None:
        self._path = path
        self._module = module
        self._begin(reading)

    def _begin(self, reading: Reading) -> None:
        self._reading = reading
        self.ledger: FlowLedger = reading.ledger(self._module)
        self.ledger.open(self._path)
        self.lost = 0
        self._skips = 0

    def take(self, pieces: Iterable[SourceFile]) -> list[Flow]:
        """The flows of some pieces; they are in the ledger too. Raises SourceError."""
        whole = self._reading
        part = Reading(whole.keep, whole.zone, whole.first_bytes)
        part.names = whole.names
        flow_source(self._module).read(list(pieces), part)
        flows = named_flows(part)
        for flow in flows:
            self._add(flow)
        for one in part.ledgers:
            self.ledger.unit = one.unit
            self.ledger.loses_in_gaps = one.loses_in_gaps
            self.ledger.kept += one.kept
            self.ledger.saw(one.count, one.first, one.last)
            for source in one.sources:
                self.lost += source.lost or 0
                for _ in range(min(source.bad, _MOST_SKIPS)):
                    self.ledger.bad("", f"a record of {source.path} could not be read")
            # what pieces lost is added up and said at the end
            skips = [skip for skip in one.skips if skip.what != COMPLETENESS]
            for skip in skips[: _MOST_SKIPS - self._skips]:
                self._skips += 1
                self.ledger.skip(skip.what, skip.reason)
        return flows

    def close(self, problem: str | None = None, *, lost: int | None = None) -> None:
        """The end; `lost` is what the source says was lost beside what its pieces say."""
        self.ledger.close(problem=problem, lost=lost if lost is not None else self.lost)

    def renew(self, reading: Reading) -> None:
        """Go on in another reading, after `close`."""
        self._begin(reading)

    def _add(self, flow: Flow) -> None:
        if flow.peer is None:
            return
        kept = self.ledger.kept
        self.ledger.flow(
            flow.source,
            flow.peer,
            flow.protocol,
            flow.port,
            first=flow.first,
            last=flow.last,
            count=flow.count,
            packets_out=flow.packets_out,
            packets_in=flow.packets_in,
            bytes_out=flow.bytes_out,
            bytes_in=flow.bytes_in,
            origin=flow.origin,
            outcome=_outcome(flow),
            name=flow.name,
            name_source=flow.name_source,
            mac=flow.source_mac,
            source_port=flow.source_port,
            library=flow.library,
            starts=flow.starts,
            sizes=flow.sizes,
        )
        self.ledger.kept = kept  # counted by the piece itself


def _outcome(flow: Flow) -> Outcome:
    if flow.blocked:
        return Outcome.BLOCKED
    if flow.refused:
        return Outcome.REFUSED
    if flow.packets_in is None:
        return Outcome.UNKNOWN
    return Outcome.ANSWERED if flow.packets_in else Outcome.SILENT
