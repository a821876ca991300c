"""Several runs read as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import jsonschema
import msgspec
from msgspec.structs import replace

from camscan.inventory.combine import combine
from camscan.inventory.merge import build_devices
from camscan.inventory.store import encode_run
from camscan.model.coverage import Skip, Subnet, SubnetState
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.identity import Band, Claim, Identity
from camscan.model.run import Authority, Run, RunStatus

SERIAL, UUID, MAC = "onvif.serial", "wsd.endpoint", "mac.address"


class Judged(msgspec.Struct):
    identity: Identity
    skips: tuple[Skip, ...] = ()


class Judge:
    """A camera is what has two pieces of evidence; the serial is the last one seen."""

    def judge(self, evidence: Sequence[Evidence]) -> Judged:
        serials = [e.value for e in evidence if e.field == SERIAL]
        kind = Claim(value="camera", band=Band.PROBABLE) if len(evidence) > 1 else None
        serial = Claim(value=serials[-1], band=Band.CONFIRMED) if serials else None
        return Judged(identity=Identity(device_class=kind, serial=serial))


def run_of(
    sample: Run, name: str, found: dict[str, dict[str, str]], *, site: str | None, hours: int = 0
) -> Run:
    """A run that saw, at each address, these fields."""
    evidence = [
        Evidence(target=address, field=field, value=value, method="test")
        for address, fields in found.items()
        for field, value in fields.items()
    ]
    port = Port(port=80 + hours, transport="tcp", service=None, status="open")
    devices = build_devices(
        evidence, dict.fromkeys(found, (port,)), Judge(), lambda _: site
    ).devices
    later = timedelta(hours=hours)
    info = replace(
        sample.run,
        id=name,
        site=site,
        started=sample.run.started + later,
        ended=sample.run.ended + later,
    )
    return replace(sample, run=info, devices=devices, conversations=(), findings=())


def merged(*runs: Run) -> Run:
    run = combine(runs, Judge(), runs[0].tool)
    jsonschema.Draft202012Validator(msgspec.json.schema(Run)).validate(
        msgspec.json.decode(encode_run(run))
    )
    return run


def test_a_device_that_moved_is_one_and_judged_from_both(sample_run: Run) -> None:
    old = run_of(sample_run, "r1", {"10.0.0.9": {SERIAL: "S1", UUID: "urn:uuid:a"}}, site="A")
    new = run_of(sample_run, "r2", {"10.0.0.7": {SERIAL: "S1"}}, site="A", hours=1)
    for run in (merged(old, new), merged(new, old)):
        (device,) = run.devices
        assert device.addresses == ("10.0.0.7", "10.0.0.9")
        assert device.class_ is not None
        assert [port.port for port in device.ports] == [80, 81]
        assert {record.address for record in device.evidence} >= {"10.0.0.9"}
        assert [part.run.id for part in run.parts] == ["r1", "r2"]


def test_one_address_at_one_site_is_one_device_unless_a_key_conflicts(sample_run: Run) -> None:
    first = run_of(sample_run, "r1", {"10.0.0.9": {"http.server": "x"}}, site="A")
    again = run_of(sample_run, "r2", {"10.0.0.9": {"http.title": "y"}}, site="A", hours=1)
    assert len(merged(first, again).devices) == 1
    elsewhere = run_of(sample_run, "r3", {"10.0.0.9": {"http.title": "y"}}, site="B")
    devices = merged(first, elsewhere).devices
    assert len(devices) == 2
    assert len({device.id for device in devices}) == 2
    one = run_of(sample_run, "r4", {"10.0.0.9": {SERIAL: "S1"}}, site="A")
    other = run_of(sample_run, "r5", {"10.0.0.9": {SERIAL: "S2"}}, site="A", hours=1)
    assert len(merged(one, other).devices) == 2


def test_devices_that_one_run_kept_apart_stay_apart(sample_run: Run) -> None:
    twins = {"10.0.0.8": {MAC: "c0:56:e3:00:00:01"}, "10.0.0.9": {MAC: "c0:56:e3:00:00:01"}}
    run = run_of(sample_run, "r1", twins, site="A")
    assert len(run.devices) == 2
    assert len(merged(run, replace(run, run=replace(run.run, id="r2"))).devices) == 2


def test_a_key_seen_in_many_runs_stays_a_key(sample_run: Run) -> None:
    runs = [
        run_of(sample_run, f"r{n}", {f"10.0.0.{n}": {SERIAL: "S1"}}, site="A", hours=n)
        for n in range(1, 8)
    ]
    assert len(merged(*runs).devices) == 1


def test_coverage_is_added_and_the_better_reach_counts(sample_run: Run) -> None:
    dark = Subnet(cidr="10.1.0.0/24", site="Town", targets=254, state=SubnetState.NOT_REACHED)
    coverage = replace(sample_run.coverage, subnets=(dark,), methods=(), skips=())
    first = replace(
        sample_run,
        coverage=coverage,
        run=replace(sample_run.run, id="r0", status=RunStatus.PARTIAL),
    )
    run = merged(first, sample_run)
    assert [(s.cidr, s.state) for s in run.coverage.subnets] == [
        ("10.1.0.0/24", SubnetState.ANSWERED),
        ("10.1.1.0/24", SubnetState.NOT_REACHED),
    ]
    assert (run.coverage.targets, run.coverage.answered) == (508, 3)
    assert run.coverage.methods == sample_run.coverage.methods
    assert run.run.status is RunStatus.PARTIAL
    assert run.parts[0].coverage.subnets == (dark,)
    twice = merged(sample_run, replace(sample_run, run=replace(sample_run.run, id="r9")))
    assert twice.coverage.methods == sample_run.coverage.methods, "a repeated method counts once"


def test_findings_and_conversations_follow_their_device(sample_run: Run) -> None:
    other = run_of(sample_run, "r2", {"10.9.0.1": {SERIAL: "S9"}}, site="B", hours=1)
    run = merged(sample_run, other)
    ids = {device.id for device in run.devices}
    assert run.conversations
    assert run.findings
    assert {talk.device for talk in run.conversations} <= ids
    assert {finding.device for finding in run.findings} <= ids


def test_the_authority_is_kept_only_where_all_share_it(sample_run: Run) -> None:
    named = replace(
        sample_run, run=replace(sample_run.run, id="r2", authorised_by=Authority(name="IT"))
    )
    assert merged(named, replace(named, run=replace(named.run, id="r3"))).run.authorised_by
    run = merged(named, sample_run)
    assert run.run.authorised_by is None
    assert [part.run.authorised_by for part in run.parts] == [None, Authority(name="IT")]
