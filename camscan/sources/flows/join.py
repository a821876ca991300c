"""The ledgers of one reading become one record: names from everywhere, questions, limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from camscan.model.coverage import Skip
from camscan.model.flow import Flow, Origin
from camscan.sources.flows.name_table import Question
from camscan.sources.flows.record import FlowRecord
from camscan.sources.flows.source import Reading
from camscan.sources.flows.total import (
    address_text,
    packed_address,
    protocol_name,
    protocol_number,
)

_CLOCKS = 5.0  # seconds by which the clock of one source may lag behind another's

NamedFlow = tuple[str, str | None, str, int | None]  # source, peer, protocol, port


def record_of(reading: Reading) -> FlowRecord:
    """Everything that the ledgers of a reading hold."""
    flows = named_flows(reading)
    questions, answers = _questions(reading, flows)
    times = [at for one in reading.ledgers for at in (one.first, one.last) if at is not None]
    return FlowRecord(
        flows=tuple(flows + questions),
        answers=answers,
        resolving=frozenset(address_text(asked.client) for asked in reading.names.questions()),
        sources=tuple(source for ledger in reading.ledgers for source in ledger.sources),
        spans={
            ledger.label: (ledger.first, ledger.last)
            for ledger in reading.ledgers
            if ledger.first is not None and ledger.last is not None
        },
        count=sum(ledger.count for ledger in reading.ledgers),
        kept=sum(ledger.kept for ledger in reading.ledgers),
        first=min(times, default=None),
        last=max(times, default=None),
        skips=(
            *reading.passed_over,
            *(skip for one in reading.ledgers for skip in one.skips),
            *_limits(reading),
        ),
    )


def named_flows(reading: Reading) -> list[Flow]:
    """The connections of all ledgers, with the names that any of them gives."""
    flows = [flow for one in reading.ledgers for flow in one.totals.flows(one.label)]
    flows = [_named(flow, reading) for flow in flows]
    flows.extend(_only_named(flows, reading))
    return flows


def _named(flow: Flow, reading: Reading) -> Flow:
    """A flow without a name gets that of a TLS, QUIC or HTTP log, else that of a DNS answer."""
    if flow.name is not None or flow.peer is None:
        return flow
    client, peer = packed_address(flow.source), packed_address(flow.peer)
    number = protocol_number(flow.protocol)
    if client is None or peer is None or number is None:
        return flow
    stated = {
        name: source
        for ledger in reading.ledgers
        for name, source in ledger.named_peers.get((client, peer, number, flow.port), ())
    }
    if len(stated) == 1:
        ((name, source),) = stated.items()
        return msgspec.structs.replace(flow, name=name, name_source=source)
    by_dns = reading.names.name_of(client, flow.peer, flow.last + _CLOCKS)
    if by_dns is not None:
        return msgspec.structs.replace(flow, name=by_dns, name_source="dns")
    by_others = reading.names.name_by_others(flow.peer)
    if by_others is not None:
        return msgspec.structs.replace(flow, name=by_others, name_source="dns-other")
    return flow


def _only_named(flows: Iterable[Flow], reading: Reading) -> Iterator[Flow]:
    """Peers that only a TLS, QUIC or HTTP log names: connections of unknown size."""
    counted: set[NamedFlow] = {(f.source, f.peer, f.protocol, f.port) for f in flows}
    for ledger in reading.ledgers:
        for (client, peer, number, port), names in ledger.named_peers.items():
            source, to, protocol = address_text(client), address_text(peer), protocol_name(number)
            if (source, to, protocol, port) in counted:
                continue
            for (name, name_source), (first, last, count) in names.items():
                yield Flow(
                    source=source,
                    source_mac=None,
                    peer=to,
                    port=port,
                    protocol=protocol,
                    first=first,
                    last=last,
                    packets_out=None,
                    packets_in=None,
                    bytes_out=None,
                    bytes_in=None,
                    origin=Origin.RECORDED,
                    count=count,
                    name=name,
                    name_source=name_source,
                    recorded_by=ledger.label,
                )


def _questions(
    reading: Reading, flows: list[Flow]
) -> tuple[list[Flow], dict[tuple[str, str], tuple[str, ...]]]:
    """DNS questions whose answer the client never used, and what they were answered with."""
    named = {(flow.source, flow.name) for flow in flows if flow.name is not None}
    contacted = {(flow.source, flow.peer) for flow in flows}
    recorded_by = reading.ledgers[0].label if reading.ledgers else ""
    unused: list[Flow] = []
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    for question in reading.names.questions():
        client = address_text(question.client)
        used = any((client, address) in contacted for address in question.addresses)
        if used or (client, question.name) in named:
            continue
        answers[client, question.name] = tuple(question.addresses)
        unused.append(question_flow(question, question.recorded_by or recorded_by))
    return unused, answers


def question_flow(question: Question, recorded_by: str) -> Flow:
    """A DNS question without a connection."""
    return Flow(
        source=address_text(question.client),
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
        blocked=question.blocked and not question.addresses,
        name=question.name,
        name_source="dns-question",
        recorded_by=recorded_by,
    )


def _limits(reading: Reading) -> list[Skip]:
    """What the memory bounds left out."""
    skips = [
        Skip(
            subject=ledger.label,
            what="some connections",
            reason=f"{ledger.totals.beyond} connections to further peers found no room in memory",
        )
        for ledger in reading.ledgers
        if ledger.totals.beyond
    ]
    if reading.names.forgotten:
        reason = f"{reading.names.forgotten} names found no room in memory"
        skips.append(Skip(subject="names", what="some names", reason=reason))
    return skips
