import time
from datetime import date

import msgspec
import pytest

from camscan.config import NetworkConfig
from camscan.findings.checked import EXPOSURE_IDS
from camscan.findings.inventory import with_inventory_findings, with_own_findings
from camscan.lists.kev import Catalogue
from camscan.model.coverage import Skip
from camscan.model.finding import Finding, Severity
from tests.shipped import shipped_data


def test_the_gravest_first_and_the_same_again(make_claimed, make_run):
    devices = [
        make_claimed("10.0.0.1", "hikvision", "lts", "DS-2CD2145FWD-I", "V5.5.82 build 190909"),
        make_claimed("10.0.0.2", "hikvision", "hikvision", "DS-2CD2032F-I", "V5.3.0 build 150513"),
        make_claimed("10.0.0.3", None),
    ]
    old = Finding(
        id="f1", rule="fleet-egress", severity=Severity.HIGH, title="t", device=None, detail="d",
        advice="a",
    )  # fmt: skip
    fingerprints = shipped_data()
    run = with_inventory_findings(make_run(devices, [], [old]), fingerprints)
    rules = [finding.rule for finding in run.findings]
    assert rules[:2] == ["known-exploited-firmware", "fleet-egress"]
    assert set(rules) == {
        "known-exploited-firmware",
        "possibly-affected-firmware",
        "listed-maker",
        "oem-of-listed-maker",
        "fleet-egress",
        "unknown-camera",
    }
    assert len({finding.id for finding in run.findings}) == len(run.findings)
    assert with_inventory_findings(run, fingerprints) == run


def test_skips_of_others_stay(make_claimed, make_run):
    run = make_run([make_claimed("10.0.0.3", None)], [])
    other = Skip(subject="10.0.0.9", what="onvif", reason="closed")
    coverage = msgspec.structs.replace(run.coverage, skips=(other,))
    found = with_inventory_findings(msgspec.structs.replace(run, coverage=coverage), shipped_data())
    assert found.coverage.skips[0] == other
    told = {skip.what for skip in found.coverage.skips[1:]}
    assert told - EXPOSURE_IDS == {
        "known-exploited-firmware",
        "critical-firmware",
        "listed-maker",
        "reachable-camera",
        "misplaced-camera",
    }
    assert told >= EXPOSURE_IDS, "nothing was asked of this device"


def test_what_devices_said_is_judged_too(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        ("telnet.banner", "login:", "banner", 23),
        ("onvif.model", "X", "onvif", 80),
    )
    run = with_inventory_findings(make_run([device], []), shipped_data())
    found = {finding.rule: finding.severity for finding in run.findings}
    assert found["telnet-open"] is Severity.HIGH
    assert found["onvif-without-login"] is Severity.LOW
    assert with_inventory_findings(run, shipped_data()) == run


def test_a_newer_catalogue_raises_a_finding(make_claimed, make_run):
    device = make_claimed(
        "10.0.0.1", "tp-link", "vigi", "VIGI C455", "3.0.1_Build_240301_Rel.12345n"
    )
    run = make_run([device], [])
    newer = Catalogue(version="2026.11.27", added={"CVE-2026-0629": date(2026, 11, 1)})
    (before, *_) = with_inventory_findings(run, shipped_data()).findings
    (after, *_) = with_inventory_findings(run, shipped_data(), newer).findings
    assert (before.rule, before.severity) == ("critical-firmware", Severity.MEDIUM)
    assert (after.rule, after.severity) == ("known-exploited-firmware", Severity.CRITICAL)
    assert "catalogue 2026.11.27" in after.detail


@pytest.mark.alone
def test_ten_thousand_devices(make_claimed, make_run):
    devices = [
        make_claimed(
            f"10.{n >> 8}.{n & 255}.1",
            "hikvision",
            "hikvision",
            "DS-2CD2032F-I",
            "V5.3.0 build 150513",
        )
        for n in range(10_000)
    ]
    run = make_run(devices, [])
    fingerprints = shipped_data()
    began = time.perf_counter()
    found = with_inventory_findings(run, fingerprints)
    assert len(found.findings) == 30_000
    assert time.perf_counter() - began < 20


def test_the_users_word_about_networks(make_claimed, make_run):
    office = NetworkConfig(name="Office", cidr="10.0.0.0/8", cameras="none")
    run = make_run([make_claimed("10.0.0.1", "axis", "axis")], [])
    found = with_inventory_findings(run, shipped_data(), networks=(office,))
    assert "misplaced-camera" in {finding.rule for finding in found.findings}
    own = with_own_findings(found)
    assert "misplaced-camera" not in {finding.rule for finding in own.findings}
    told = [skip.what for skip in own.coverage.skips]
    assert {"reachable-camera", "misplaced-camera"} <= set(told)
    assert with_own_findings(own) == own
