"""What was read and an inventory in, a new run with judged conversations out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property

import msgspec
from msgspec import Struct

from camscan import __version__
from camscan.egress.address import INSIDE, Network, is_inside, parse
from camscan.egress.baseline import Expectations
from camscan.egress.destination import KnownDestinations
from camscan.egress.fleet import fleets
from camscan.egress.geo import Geo, GeoAnswer
from camscan.egress.hole_punch import hole_punching
from camscan.egress.inside_scan import inside_scans
from camscan.egress.judge import Judge, Seen
from camscan.egress.overlap import counted_once
from camscan.egress.policy import Policy
from camscan.egress.reason import Code, Reason
from camscan.egress.report import coverage_of
from camscan.egress.talk import Talk, talks, time_of
from camscan.egress.watch import (
    inside_addresses,
    own_networks,
    packed_addresses,
    packed_macs,
)
from camscan.egress.who import DeviceIndex, Held
from camscan.inventory.store import new_run_id
from camscan.matching.fingerprints import Fingerprints
from camscan.model.conversation import Conversation, Verdict
from camscan.model.count import is_equipment
from camscan.model.device import Device
from camscan.model.run import Run, RunInfo, RunStatus, ScopeRecord, Tool
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.record import FlowRecord

ROLE_CODES = frozenset({Code.FOREIGN_DNS, Code.FOREIGN_NTP})


class Inputs(Struct, frozen=True, kw_only=True, dict=True):
    """What a reading is judged with: the inventory `run` (None: empty, with `all_devices`), who
    had which address when (`holdings`), and what the user and the data say."""

    run: Run | None
    policy: Policy
    geo: Geo
    fingerprints: Fingerprints
    usual: Expectations
    holdings: tuple[Held, ...] = ()
    all_devices: bool = False

    @property
    def devices(self) -> tuple[Device, ...]:
        """Every device of the inventory."""
        return self.run.devices if self.run is not None else ()

    @cached_property
    def watched(self) -> dict[str, Device]:
        """The devices that are judged, by id."""
        return {
            device.id: device for device in self.devices if self.all_devices or is_equipment(device)
        }

    @property
    def inside(self) -> tuple[Network, ...]:
        """Every network that counts as inside."""
        return INSIDE + self.policy.internal + own_networks(self.run)

    @property
    def keep(self) -> Keep:
        """Which traffic is kept at reading."""
        if self.all_devices:
            return Keep()
        held = frozenset(device.mac for device in self.watched.values() if device.mac)
        leased = (parse(one.address) for one in self.holdings if one.mac in held)
        return Keep(
            addresses=packed_addresses(self.watched.values())
            | frozenset(address.packed for address in leased if address is not None),
            macs=packed_macs(self.watched.values()),
        )


class Judged(Struct, frozen=True, kw_only=True):
    """One talk and what it is."""

    talk: Talk
    verdict: Verdict
    reasons: tuple[Reason, ...]
    place: GeoAnswer


def judged(record: FlowRecord, inputs: Inputs) -> tuple[Judged, ...]:
    """Every talk of the watched devices with its verdict, then what only the fleet shows."""
    own = own_networks(inputs.run)
    watched = inputs.watched
    seen_by_source = talks(
        record.flows,
        DeviceIndex(inputs.devices, holdings=inputs.holdings, flows=record.flows),
        record.answers,
        watched=None if inputs.all_devices else watched,
        inside=(inside_addresses(record.flows, inputs.policy, own) if inputs.all_devices else ()),
    )
    found = counted_once(seen_by_source, record.spans)
    judge = Judge(
        inputs.policy,
        inputs.geo,
        KnownDestinations.of(inputs.fingerprints),
        Seen(
            starts=record.starts,
            resolving=record.resolving,
            both_ways=_both_ways(record),
            watched=(record.last or 0.0) - (record.first or 0.0),
            together=_together(found, inputs.policy.internal + own),
        ),
        own,
        inputs.usual,
    )
    alone = [
        Judged(talk=talk, verdict=verdict, reasons=tuple(reasons), place=judge.place(talk))
        for talk in found
        for verdict, reasons in (judge.verdict(talk),)
    ]
    return _with_fleets(alone, watched, record.first or 0.0)


def run_of(
    record: FlowRecord,
    found: Sequence[Judged],
    inputs: Inputs,
    *,
    started: datetime,
    now: datetime | None = None,
) -> Run:
    """The new run: the devices of the inventory, which is never changed, and the conversations
    that were found. Its findings are those of the inventory:
    camscan.findings.registry.with_findings adds those of egress."""
    run = inputs.run
    partial = run is not None and run.run.status is RunStatus.PARTIAL
    partial = partial or not all(source.complete for source in record.sources)
    base = run.run.scope if run is not None else ScopeRecord()
    sources = tuple(source.path for source in record.sources)
    return Run(
        tool=Tool(version=__version__, data=inputs.fingerprints.version),
        run=RunInfo(
            id=new_run_id(started),
            started=started,
            ended=now or datetime.now(UTC),
            status=RunStatus.PARTIAL if partial else RunStatus.COMPLETE,
            site=run.run.site if run is not None else None,
            scope=msgspec.structs.replace(base, sources=(*base.sources, *sources)),
            authorised_by=run.run.authorised_by if run is not None else None,
        ),
        coverage=coverage_of(
            run,
            record,
            inputs.policy,
            inputs.geo,
            inputs.watched,
            frozenset(record.starts),
            now=started,
            whole=inputs.all_devices,
        ),
        devices=inputs.devices,
        conversations=tuple(conversation_of(one) for one in found),
        findings=run.findings if run is not None else (),
    )


def _together(found: Sequence[Talk], inside: tuple[Network, ...]) -> dict[str, Reason]:
    """What several talks of one device show only together."""
    within = [t for t in found if t.peer_address and is_inside(t.peer_address, inside)]
    outside = [t for t in found if t.peer_address and not is_inside(t.peer_address, inside)]
    return inside_scans(within) | hole_punching(outside)


def _both_ways(record: FlowRecord) -> bool:
    """True when any connection was answered in what was read."""
    return any(flow.packets_in and flow.packets_out for flow in record.flows)


def _with_fleets(
    alone: list[Judged], watched: dict[str, Device], start: float
) -> tuple[Judged, ...]:
    """Each talk with what only the fleet shows added to the unexpected ones."""
    unexpected = [
        one.talk
        for one in alone
        if one.verdict is Verdict.UNEXPECTED and not ROLE_CODES & {r.code for r in one.reasons}
    ]
    volleys = frozenset(
        one.talk.id for one in alone if any(r.code is Code.HOLE_PUNCHING for r in one.reasons)
    )
    together = {
        talk: Reason(Code.FLEET_START if fleet.onset else Code.FLEET, fleet.text)
        for fleet in fleets(unexpected, watched, start, volleys=volleys)
        for talk in fleet.talks
    }
    return tuple(
        msgspec.structs.replace(one, reasons=(*one.reasons, together[one.talk.id]))
        if one.talk.id in together
        else one
        for one in alone
    )


def conversation_of(one: Judged) -> Conversation:
    """A judged talk in the shape of the run."""
    talk, place = one.talk, one.place
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
        verdict=one.verdict,
        reasons=tuple(str(reason) for reason in one.reasons),
        source=talk.recorded_by,
    )
