"""Captures and an inventory in, a new run with judged conversations out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from camscan import __version__
from camscan.egress.destination import KnownDestinations
from camscan.egress.fleet import fleets
from camscan.egress.geo import Geo, GeoAnswer
from camscan.egress.judge import Judge, Seen
from camscan.egress.policy import Policy
from camscan.egress.reason import Code, Reason
from camscan.egress.report import coverage_of
from camscan.egress.talk import DeviceIndex, Talk, talks, time_of
from camscan.egress.watch import (
    inside_addresses,
    is_judged,
    own_networks,
    packed_addresses,
    packed_macs,
)
from camscan.inventory.store import new_run_id
from camscan.matching.fingerprints import Fingerprints
from camscan.model.conversation import Conversation, Verdict
from camscan.model.device import Device
from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import read_flows
from camscan.sources.flows.record import FlowRecord

_ROLE_CODES = frozenset({Code.FOREIGN_DNS, Code.FOREIGN_NTP})


def analyse(
    paths: Sequence[str],
    run: Run | None,
    *,
    policy: Policy,
    geo: Geo,
    fingerprints: Fingerprints,
    all_devices: bool = False,
    now: datetime | None = None,
) -> Run:
    """A new run with the devices of `run` and the conversations that the captures show.

    `run` is never changed; None is an empty inventory (with `all_devices`). The findings of the
    new run are those of `run`: camscan.findings.registry.with_findings adds those of egress.
    Raises SourceError when a path is no readable capture.
    """
    started = now or datetime.now(UTC)
    devices = run.devices if run is not None else ()
    watched = {device.id: device for device in devices if all_devices or is_judged(device)}
    record = read_flows(
        paths,
        Keep()
        if all_devices
        else Keep(addresses=packed_addresses(watched.values()), macs=packed_macs(watched.values())),
    )
    own = own_networks(run)
    found = talks(
        record.flows,
        DeviceIndex(devices),
        record.answers,
        watched=None if all_devices else watched,
        inside=inside_addresses(record.flows, policy, own) if all_devices else (),
    )
    starts = _starts(record)
    judge = Judge(
        policy,
        geo,
        KnownDestinations.of(fingerprints),
        Seen(starts=starts, resolving=record.resolving, both_ways=_both_ways(record)),
        own,
    )
    conversations = _conversations(found, judge, watched, record.first or 0.0)
    partial = run is not None and run.run.status is RunStatus.PARTIAL
    partial = partial or not all(source.complete for source in record.sources)
    base = run.run.scope if run is not None else ScopeRecord()
    return Run(
        tool=Tool(version=__version__, data=fingerprints.version),
        run=RunInfo(
            id=new_run_id(started),
            started=started,
            ended=now or datetime.now(UTC),
            status=RunStatus.PARTIAL if partial else RunStatus.COMPLETE,
            site=run.run.site if run is not None else None,
            scope=msgspec.structs.replace(base, sources=(*base.sources, *paths)),
            authorised_by=run.run.authorised_by if run is not None else None,
        ),
        coverage=coverage_of(
            run, record, policy, geo, watched, frozenset(starts), now=started, whole=all_devices
        ),
        devices=devices,
        conversations=conversations,
        findings=run.findings if run is not None else (),
    )


def _starts(record: FlowRecord) -> dict[str, float]:
    """When each address was first seen, as either side of a flow."""
    starts: dict[str, float] = {}
    for flow in record.flows:
        for address in (flow.source, flow.peer):
            if address is not None:
                starts[address] = min(flow.first, starts.get(address, flow.first))
    return starts


def _both_ways(record: FlowRecord) -> bool:
    """True when any connection was answered in what was read."""
    return any(flow.packets_in and flow.packets_out for flow in record.flows)


def _conversations(
    found: Sequence[Talk], judge: Judge, watched: dict[str, Device], start: float
) -> tuple[Conversation, ...]:
    """Each talk judged, then what only the fleet shows added to the unexpected ones."""
    judged = [(talk, *judge.verdict(talk)) for talk in found]
    unexpected = [
        talk
        for talk, verdict, reasons in judged
        if verdict is Verdict.UNEXPECTED and not _ROLE_CODES & {r.code for r in reasons}
    ]
    together = {
        talk: Reason(Code.FLEET_START if fleet.onset else Code.FLEET, fleet.text)
        for fleet in fleets(unexpected, watched, start)
        for talk in fleet.talks
    }
    return tuple(
        _conversation(
            talk,
            verdict,
            [*reasons, together[talk.id]] if talk.id in together else reasons,
            judge.place(talk),
        )
        for talk, verdict, reasons in judged
    )


def _conversation(
    talk: Talk, verdict: Verdict, reasons: list[Reason], place: GeoAnswer
) -> Conversation:
    return Conversation(
        id=talk.id,
        device=talk.device.id if talk.device is not None else None,
        address=talk.address,
        peer=talk.peer,
        port=talk.port,
        protocol=talk.protocol,
        name=talk.name,
        name_source=talk.name_source,
        country=place.country,
        asn=place.asn,
        organisation=place.organisation,
        direction=talk.direction,
        packets_out=talk.packets_out,
        packets_in=talk.packets_in,
        bytes_out=talk.bytes_out,
        bytes_in=talk.bytes_in,
        first=time_of(talk.first),
        last=time_of(talk.last),
        count=talk.count,
        verdict=verdict,
        reasons=tuple(str(reason) for reason in reasons),
        source=talk.recorded_by,
    )
