from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import msgspec
import pytest

from camscan.egress.analyse import Inputs, run_of
from camscan.egress.analyse import judged as judged_talks
from camscan.egress.baseline import Baseline, Expectations
from camscan.egress.geo import Geo
from camscan.egress.policy import parse_policy
from camscan.egress.reason import Code, codes_of
from camscan.errors import SourceError
from camscan.findings.registry import with_findings
from camscan.inventory.store import decode_run
from camscan.matching.egress_file import EgressData
from camscan.matching.first_bytes import FirstBytes
from camscan.model.conversation import Direction, Verdict
from camscan.model.finding import Severity
from camscan.model.run import RunStatus
from tests.sources.flows.whole import read_flows

CHINA = "36.110.220.15"
THREE = ("10.66.1.11", "10.66.1.12", "10.66.1.15")


@pytest.fixture(scope="module")
def data(fingerprints, make_destination):
    """Shipped fingerprints with one destination that this test knows."""
    return SimpleNamespace(
        version=fingerprints.version,
        egress_data=EgressData(destinations=(make_destination("hikvision", "hik-connect.com"),)),
        entity=fingerprints.entity,
        first_bytes=FirstBytes(()),
    )


@pytest.fixture(scope="module")
def night(wire, tmp_path_factory):
    """An evening of ordinary traffic; at 02:13 three cameras call a server in China."""
    line = wire.Line(datetime(2026, 11, 23, 20, tzinfo=UTC).timestamp())
    for _ in range(4):
        for number in range(10, 19):
            camera = f"10.66.1.{number}"
            line.exchange(camera, "10.66.0.1", 123)
            line.resolve(camera, "dev.hik-connect.com", "47.91.78.1")
            line.connect(camera, "47.91.78.1", 443, name="litedev.hik-connect.com", back=3000)
            line.connect("10.66.9.2", camera, 554, back=9000)
        line.resolve("10.66.1.99", "news.example", "36.110.2.2")
        line.connect("10.66.1.99", "36.110.2.2", 443, name="news.example", back=9000)
        line.at += 3600
    line.at = datetime(2026, 11, 24, 2, 13, tzinfo=UTC).timestamp()
    for camera in THREE:
        line.connect(camera, CHINA, 8000, out=1000, back=500)
    return line.file(tmp_path_factory.mktemp("night") / "night.pcap")


@pytest.fixture(scope="module")
def inventory(make_device, make_run):
    cameras = [make_device(f"10.66.1.{number}") for number in range(10, 20)]
    return make_run(*cameras, make_device("10.66.1.99", "other", None))


def judged(paths, run, data, policy=None, **kind):
    policy = parse_policy({"home_countries": ["GB"]} if policy is None else policy)
    inputs = Inputs(
        run=run,
        policy=policy,
        geo=Geo.embedded(),
        fingerprints=data,
        usual=Expectations(Baseline()),
        **kind,
    )
    record = read_flows(paths, inputs.keep, data.first_bytes.find)
    found = judged_talks(record, inputs)
    return with_findings(run_of(record, found, inputs, started=datetime.now(UTC)))


def test_the_three_cameras_and_nothing_else(night, inventory, data):
    run = judged([night], inventory, data)
    unexpected = [c for c in run.conversations if c.verdict is Verdict.UNEXPECTED]
    assert sorted(c.address for c in unexpected) == sorted(THREE)
    for conversation in unexpected:
        assert (conversation.peer, conversation.country) == (CHINA, "CN")
        assert (conversation.port, conversation.protocol, conversation.name) == (8000, "tcp", None)
        assert {Code.DIRECT_IP, Code.FLEET_START, Code.LATE_START} <= codes_of(conversation.reasons)
    assert Counter(f.rule for f in run.findings) == {"unexpected-egress": 3, "fleet-egress": 1}
    assert {f.severity for f in run.findings} == {Severity.HIGH}
    assert Counter(c.verdict for c in run.conversations) == {
        Verdict.INFRASTRUCTURE: 18,
        Verdict.VENDOR_CLOUD: 9,
        Verdict.INTERNAL: 9,
        Verdict.UNEXPECTED: 3,
    }


def test_other_devices_are_dropped_at_reading(night, inventory, data):
    run = judged([night], inventory, data)
    assert "10.66.1.99" not in msgspec.json.encode(run.conversations).decode()
    assert "news.example" not in msgspec.json.encode(run).decode()


def test_all_devices_judges_every_inside_address(night, inventory, data):
    run = judged([night], inventory, data, all_devices=True)
    news = [c for c in run.conversations if c.name == "news.example"]
    assert [(c.address, c.device, c.verdict) for c in news] == [
        ("10.66.1.99", "d-10.66.1.99", Verdict.UNEXPECTED)
    ]
    recorder = [c for c in run.conversations if c.address == "10.66.9.2"]
    assert {(c.device, c.direction) for c in recorder} == {(None, Direction.OUT)}
    assert not [c for c in run.conversations if c.address == CHINA]


def test_without_any_inventory(night, data):
    run = judged([night], None, data, all_devices=True)
    assert {c.device for c in run.conversations} == {None}
    assert {f.device for f in run.findings} == {None}
    assert len({f.id for f in run.findings}) == len(run.findings)


def test_the_input_is_never_changed_and_the_run_is_new(night, inventory, data):
    before = msgspec.json.encode(inventory)
    run = judged([night], inventory, data)
    assert msgspec.json.encode(inventory) == before
    assert run.run.id != inventory.run.id
    assert run.devices == inventory.devices
    assert run.run.scope.sources == (night,)
    assert run.run.status is RunStatus.COMPLETE
    assert decode_run(msgspec.json.encode(run), "the run") == run


def test_ids_are_equal_over_runs(night, inventory, data):
    once, again = judged([night], inventory, data), judged([night], inventory, data)
    assert [c.id for c in once.conversations] == [c.id for c in again.conversations]
    assert [f.id for f in once.findings] == [f.id for f in again.findings]
    assert len({c.id for c in once.conversations}) == len(once.conversations)


def test_an_egress_run_may_be_the_inventory_of_the_next(night, inventory, data):
    once = judged([night], inventory, data)
    again = judged([night], once, data)
    assert [f.id for f in again.findings] == [f.id for f in once.findings]
    assert len(again.conversations) == len(once.conversations)


def test_coverage_names_what_never_appeared(night, inventory, data):
    run = judged([night], inventory, data)
    (silent,) = [s for s in run.coverage.skips if "never appeared" in s.reason]
    assert (silent.subject, silent.what) == ("Ripon", "egress of 1 device")
    assert silent.reason.endswith(": 10.66.1.19")
    assert any(m.name == f"pcap: {night}" for m in run.coverage.methods)


def test_policy_allows(night, inventory, data):
    rule = {"destination": CHINA, "reason": "test", "site": "Ripon"}
    run = judged([night], inventory, data, {"home_countries": ["GB"], "allow": [rule]})
    assert run.findings == ()
    assert Counter(c.verdict for c in run.conversations)[Verdict.ALLOWED] == 3


def test_a_cut_capture_makes_a_partial_run(night, inventory, data, tmp_path):
    from pathlib import Path

    cut = tmp_path / "cut.pcap"
    cut.write_bytes(Path(night).read_bytes()[:-7])
    run = judged([str(cut)], inventory, data)
    assert run.run.status is RunStatus.PARTIAL
    assert len(run.findings) == 4


def test_blocked_tries_of_140_cameras(wire, make_device, make_run, data, tmp_path):
    """An airport's cameras try to register outside, all at once, and nobody answers."""
    cameras = [make_device(f"10.66.{2 + n // 200}.{1 + n % 200}") for n in range(140)]
    line = wire.Line()
    line.exchange(cameras[0].addresses[0], "10.66.0.1", 123)
    line.at += 7200
    for _ in range(80):
        for camera in cameras:
            line.connect(camera.addresses[0], CHINA, 7660, answer=None)
            line.at -= 0.0095
    run = judged([line.file(tmp_path / "a.pcap")], make_run(*cameras), data)
    calls = [c for c in run.conversations if c.peer == CHINA]
    assert len(calls) == 140
    assert {c.count for c in calls} == {80}
    assert all({Code.UNANSWERED, Code.STROBE} <= codes_of(c.reasons) for c in calls)
    (fleet,) = [f for f in run.findings if f.rule == "fleet-egress"]
    assert fleet.title.startswith("140 Hikvision devices were seen to begin to contact")
    assert len(fleet.evidence) == 140


def test_no_capture_is_a_source_error(inventory, data, tmp_path):
    with pytest.raises(SourceError):
        judged([str(tmp_path / "nowhere.pcap")], inventory, data)
