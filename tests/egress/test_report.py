from datetime import UTC, datetime

import msgspec
import pytest

from camscan.egress.geo import Geo
from camscan.egress.policy import Policy
from camscan.egress.report import coverage_of
from camscan.egress.tables.installed import Installed
from camscan.model.coverage import MethodStatus, Skip
from camscan.model.flow import Flow, Origin
from camscan.sources.flows.record import FlowRecord, SourceSeen

HOME = Policy(home_countries=("GB",))


def seen(path, count, first, last, *, complete):
    return SourceSeen(
        path=path, kind="pcap", unit="packets", count=count, first=first, last=last,
        complete=complete,
    )  # fmt: skip


@pytest.fixture
def coverage(make_run, make_device):
    def make(*, policy=HOME, complete=True, now=(2026, 7, 1), geo=None, flows=()):
        camera, quiet, computer = (
            make_device("10.66.1.10"),
            make_device("10.66.1.11"),
            make_device("10.66.1.99", "other"),
        )
        record = FlowRecord(
            flows=flows,
            answers={},
            resolving=frozenset(),
            sources=(
                seen("a.pcap", 7, 0.0, 60.0, complete=complete),
                seen("b.pcap", 0, None, None, complete=True),
            ),
            spans={"pcap": (0.0, 60.0)},
            count=7,
            kept=5,
            first=0.0,
            last=60.0,
            skips=(Skip(subject="a.pcap", what="part", reason="cut"),),
        )
        return coverage_of(
            make_run(camera, quiet, computer),
            record,
            policy,
            geo or Geo.embedded(),
            {device.id: device for device in (camera, quiet)},
            frozenset({"10.66.1.10"}),
            now=datetime(*now, tzinfo=UTC),
            whole=False,
        )

    return make


def test_sources_say_from_when_to_when(coverage):
    methods = {method.name: method for method in coverage(complete=False).methods}
    assert methods["pcap: a.pcap"].status is MethodStatus.PARTIAL
    assert methods["pcap: a.pcap"].reason == (
        "7 packets from 1970-01-01 00:00:00 UTC to 1970-01-01 00:01:00 UTC"
    )
    assert methods["pcap: b.pcap"].reason == "no packets"
    assert "5 of judged devices kept" in methods["egress"].reason
    assert "IP Geolocation by DB-IP" in methods["geo: DB-IP Country Lite"].reason


def test_what_was_not_seen_is_said(coverage):
    skips = {skip.subject: skip.reason for skip in coverage().skips}
    assert set(skips) == {"a.pcap", "Ripon", "inventory"}
    assert skips["Ripon"].startswith("never appeared in the sources")
    assert skips["Ripon"].endswith(": 10.66.1.11")
    assert "at probable or above: 1; their traffic was dropped" in skips["inventory"]


def test_unset_home_and_old_data_are_said(coverage):
    found = coverage(policy=Policy(), now=(2026, 11, 24)).skips
    skips = {skip.subject: skip.reason for skip in found}
    assert "home_countries" in skips["policy"]
    assert skips["geo"].startswith("older than 90 days: DB-IP Country Lite, 2026-06-01; ")


def test_a_table_that_could_not_be_used_is_said(coverage, tmp_path):
    folder = tmp_path / "geo"
    folder.mkdir()
    (folder / "tables.json").write_text("{")
    found = coverage(geo=Geo(installed=Installed(folder)))
    (skip,) = (skip for skip in found.skips if skip.subject == "geo")
    assert skip.what == "a table"
    assert "tables.json: cannot be read" in skip.reason
    assert any(method.name == "geo: DB-IP Country Lite" for method in found.methods)


def test_a_reading_without_names_says_so(coverage):
    nameless = Flow(
        source="10.66.1.10", source_mac=None, peer="192.0.2.1", port=443, protocol="tcp", first=0.0,
        last=1.0, packets_out=1, packets_in=1, bytes_out=1, bytes_in=1, origin=Origin.SYN,
    )  # fmt: skip
    said = {skip.subject for skip in coverage(flows=(nameless,)).skips}
    assert "names" in said
    named = msgspec.structs.replace(nameless, name="a.example", name_source="sni")
    assert "names" not in {skip.subject for skip in coverage(flows=(nameless, named)).skips}
    assert "names" not in {skip.subject for skip in coverage().skips}
