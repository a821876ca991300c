from datetime import date

from camscan.findings.firmware_finding import firmware_finding, range_text, skips
from camscan.lists.advisory import AffectsTable
from camscan.model.finding import Severity

KEV = frozenset({"known-exploited"})


def first(judge, device):
    return judge.verdicts(device)[0]


def test_what_is_told(make_claimed, judge):
    device = make_claimed(
        "10.0.0.1", "hikvision", "hikvision", "DS-2CD2032F-I", "V5.3.0 build 150513"
    )
    found = firmware_finding("a-rule", Severity.HIGH, device, first(judge, device))
    assert found.title == (
        "Hikvision camera 10.0.0.1 (Ripon): firmware V5.3.0 build 150513 is in the range"
        " published for CVE-2017-7921"
    )
    for part in (
        "added 2026-03-05, catalogue 2026.08.21",
        "says nothing about this device",
        "[affected-by-version] model DS-2CD2032F-I (confirmed)",
        "range: from V5.2.0 build 140721, up to V5.4.0 build 160530",
        "nothing was tried",
    ):
        assert part in found.detail
    assert "V5.4.5 build 170123" in found.advice
    assert found.evidence == ("e3", "e4")
    assert any("ICSA-17-124-01" in source for source in found.references)


def test_by_platform_and_without_a_known_fix(make_claimed, judge):
    device = make_claimed("10.0.0.1", "hikvision", "lts", "DS-2CD2145FWD-I", "V5.5.82 build 190909")
    found = firmware_finding("a-rule", Severity.LOW, device, first(judge, device))
    assert "may be in the range" in found.title
    assert "not confirmed by the brand" in found.detail
    assert "Fixed version: not in this data." in found.advice


def test_a_model_out_of_support(make_claimed, judge):
    device = make_claimed("10.0.0.1", "geovision", "geovision", "GV-VS12")
    found = firmware_finding("a-rule", Severity.LOW, device, first(judge, device))
    assert "every firmware is in the range" in found.title
    assert "plan to replace it" in found.advice


def test_ranges_in_words():
    assert range_text(AffectsTable(models="^X", every=True)) == "all versions"
    assert range_text(AffectsTable(models="^X", exact=("1", "2"), older=True)) == "1 or 2 and older"
    table = AffectsTable(models="^X", built_before=date(2021, 6, 1))
    assert range_text(table) == "built before 2021-06-01"


def test_what_could_not_be_checked(make_claimed, make_run, judge):
    devices = [
        make_claimed("10.0.0.1", None),
        make_claimed("10.0.0.2", "hikvision", "hikvision"),
        make_claimed("10.0.0.3", "hikvision", "hikvision", "DS-2CD2032F-I"),
        make_claimed("10.0.0.4", "axis", "axis", "P3245-V", "10.12.1"),
        make_claimed("10.0.0.5", "hikvision", "hikvision", "DS-7616NI-K2"),
    ]
    reasons = [skip.reason for skip in skips("a-rule", make_run(devices, []), judge, KEV)]
    assert reasons == [
        "maker unknown: 10.0.0.1",
        "model unknown: 10.0.0.2",
        "unknown-version: its model is one that advisories name: 10.0.0.3",
    ]
