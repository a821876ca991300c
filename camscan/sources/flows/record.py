"""Everything that was read of captures and logs: flows, names, and what each source saw."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.flow import Flow


class SourceSeen(Struct, frozen=True, kw_only=True):
    """One file or interface: `count` of `unit` in it, times (seconds) of the first and last.

    `kind` is the format, `lost` what the source itself says it missed (None: it does not say),
    `bad` lines or records that could not be read, `complete` False when it ends early.
    """

    path: str
    kind: str
    unit: str
    count: int
    first: float | None
    last: float | None
    complete: bool = True
    lost: int | None = None
    bad: int = 0


class FlowRecord(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that was read.

    `kept` packets or records belong to the wanted devices; `answers` maps (client, name) of a DNS
    question without a connection to the addresses it was answered with; `resolving` holds the
    clients of which any DNS question was seen. `spans` says from when to when each `recorded_by`
    of the flows watched.
    """

    flows: tuple[Flow, ...]
    answers: dict[tuple[str, str], tuple[str, ...]]
    resolving: frozenset[str]
    sources: tuple[SourceSeen, ...]
    spans: dict[str, tuple[float, float]]
    count: int
    kept: int
    first: float | None
    last: float | None
    skips: tuple[Skip, ...]

    @cached_property
    def starts(self) -> dict[str, float]:
        """When each address was first seen, as either side of a flow."""
        starts: dict[str, float] = {}
        for flow in self.flows:
            for address in (flow.source, flow.peer):
                if address is not None:
                    starts[address] = min(flow.first, starts.get(address, flow.first))
        return starts
