"""Flows of capture files: `read_flows` is what egress asks for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from camscan.model.coverage import Skip
from camscan.model.flow import Flow, Origin
from camscan.sources.capture import packets
from camscan.sources.flow_table import FlowTable
from camscan.sources.flow_total import address_text
from camscan.sources.stream import open_stream

_REPORTS = 20


class SourceSeen(Struct, frozen=True, kw_only=True):
    """One file: packets in it and the times (seconds since the epoch) of the first and last."""

    path: str
    packets: int
    first: float | None
    last: float | None
    complete: bool


class FlowRecord(Struct, frozen=True, kw_only=True):
    """Everything that was read.

    `kept` packets belong to the wanted devices; `answers` maps (client, name) of a DNS question
    without a connection to the addresses it was answered with; `resolving` holds the clients of
    which any DNS question was seen.
    """

    flows: tuple[Flow, ...]
    answers: dict[tuple[str, str], tuple[str, ...]]
    resolving: frozenset[str]
    sources: tuple[SourceSeen, ...]
    packets: int
    kept: int
    first: float | None
    last: float | None
    skips: tuple[Skip, ...]


def read_flows(
    paths: Sequence[str],
    *,
    addresses: frozenset[bytes] | None = None,
    macs: frozenset[bytes] = frozenset(),
) -> FlowRecord:
    """Read captures one after the other into one table; SourceError when one is no capture.

    `addresses` (packed) and `macs` limit what is kept; None keeps everything.
    """
    table = FlowTable(addresses, macs)
    seen: list[SourceSeen] = []
    skips: list[Skip] = []
    for path in paths:
        problems: list[str] = []
        before = table.packets
        table.first, table.last = None, None
        with open_stream(path) as stream:
            table.feed(packets(stream, problems.append))
        skips.extend(_as_skips(path, problems))
        seen.append(
            SourceSeen(
                path=path,
                packets=table.packets - before,
                first=table.first,
                last=table.last,
                complete=not problems,
            )
        )
    table.finish()
    skips.extend(_limits(table))
    skips.extend(_overlaps(seen))
    recorded_by = "pcap"
    flows = list(table.totals.flows(recorded_by))
    questions, answers = _questions(table, flows, recorded_by)
    times = [at for one in seen for at in (one.first, one.last) if at is not None]
    return FlowRecord(
        flows=tuple(flows + questions),
        answers=answers,
        resolving=frozenset(address_text(q.client) for q in table.names.questions()),
        sources=tuple(seen),
        packets=table.packets,
        kept=table.kept,
        first=min(times, default=None),
        last=max(times, default=None),
        skips=tuple(skips),
    )


def _questions(
    table: FlowTable, flows: list[Flow], recorded_by: str
) -> tuple[list[Flow], dict[tuple[str, str], tuple[str, ...]]]:
    """DNS questions whose answer the client never used."""
    named = {(flow.source, flow.name) for flow in flows if flow.name_source == "dns"}
    named |= {(flow.source, flow.name) for flow in flows if flow.name is not None}
    contacted = {(flow.source, flow.peer) for flow in flows}
    unused: list[Flow] = []
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    for question in table.names.questions():
        client = address_text(question.client)
        used = any((client, address) in contacted for address in question.addresses)
        if used or (client, question.name) in named:
            continue
        answers[client, question.name] = tuple(question.addresses)
        unused.append(
            Flow(
                source=client,
                source_mac=None,
                peer=None,
                port=53,
                protocol="udp",
                first=question.first,
                last=question.last,
                packets_out=0,
                packets_in=0,
                bytes_out=0,
                bytes_in=0,
                origin=Origin.FIRST,
                count=question.count or 1,
                name=question.name,
                name_source="dns-question",
                recorded_by=recorded_by,
            )
        )
    return unused, answers


def _as_skips(path: str, problems: list[str]) -> list[Skip]:
    """Problems of one file, the many cut to a few and a count."""
    shown = problems[:_REPORTS]
    if len(problems) > _REPORTS:
        shown.append(f"{len(problems) - _REPORTS} more problems of this file are not listed")
    return [Skip(subject=path, what="part of the capture", reason=text) for text in shown]


def _limits(table: FlowTable) -> list[Skip]:
    """What the memory bounds left out."""
    skips: list[Skip] = []
    if table.totals.beyond:
        reason = f"{table.totals.beyond} connections to further peers found no room in memory"
        skips.append(Skip(subject="capture", what="some connections", reason=reason))
    if table.names.forgotten:
        reason = f"{table.names.forgotten} DNS names found no room in memory"
        skips.append(Skip(subject="capture", what="some names", reason=reason))
    return skips


def _overlaps(seen: list[SourceSeen]) -> list[Skip]:
    """Files of the same time may hold the same frames twice."""
    spans = sorted(
        (one.first, one.last, one.path)
        for one in seen
        if one.first is not None and one.last is not None
    )
    return [
        Skip(
            subject=second[2],
            what="counting once",
            reason=f"covers the same time as {first[2]}; frames in both were counted twice",
        )
        for first, second in pairwise(spans)
        if second[0] < first[1]
    ]
