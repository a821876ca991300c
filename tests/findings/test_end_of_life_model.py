from datetime import date

import msgspec
import pytest

from camscan.findings.checked import Checked
from camscan.findings.end_of_life_model import EndOfLifeModel
from camscan.lists.judge import Judge
from camscan.model.finding import Severity
from camscan.model.identity import Band


@pytest.fixture(scope="module")
def rule(judge):
    return EndOfLifeModel(judge)


@pytest.mark.parametrize(
    ("maker", "model", "band", "severity", "words"),
    [
        ("avtech", "AVM1203", Band.CONFIRMED, Severity.MEDIUM, "support has ended"),
        ("nuuo", "NVRmini2", Band.PROBABLE, Severity.MEDIUM, "support has ended"),
        ("zavio", "F3210", Band.CONFIRMED, Severity.MEDIUM, "support has ended"),
        ("reolink", "RLC-410W", Band.CONFIRMED, Severity.LOW, "support may have ended"),
        ("d-link", "DCS-2530L", Band.CONFIRMED, Severity.LOW, "support may have ended"),
        ("vivotek", "SD9364-EHL", Band.CONFIRMED, Severity.MEDIUM, "support has ended"),
        ("wyze", "WYZEC1", Band.CONFIRMED, Severity.MEDIUM, "support has ended"),
        ("arlo", "VMC4030P", Band.CONFIRMED, Severity.MEDIUM, "support has ended"),
    ],
)
def test_what_a_source_says(rule, make_claimed, make_run, maker, model, band, severity, words):
    device = make_claimed("10.0.0.1", maker, model=model, band=band)
    run = make_run([device], [])
    (found,) = rule.findings(run)
    assert found.severity is severity
    assert f"is model {model}, whose {words}" in found.title
    assert "ask the maker before you act on it" in found.detail
    assert ("are not repaired" in found.advice) is (severity is Severity.MEDIUM)
    assert found.references
    assert list(rule.skips(run)) == []


def test_a_model_that_is_only_possible(rule, make_claimed, make_run):
    device = make_claimed("10.0.0.1", "avtech", model="AVM1203")
    device = msgspec.structs.replace(
        device, model=msgspec.structs.replace(device.model, band=Band.POSSIBLE)
    )
    (found,) = rule.findings(make_run([device], []))
    assert found.severity is Severity.LOW
    assert "(possible)" in found.detail
    assert "may be model AVM1203" in found.title
    assert found.advice.startswith("Ask the maker")


def test_a_day_that_is_yet_to_come(judge, make_claimed, make_run):
    (end,) = [each for each in judge.data.ends if each.id == "nest.dropcam"]
    device = make_claimed("10.0.0.1", "nest", model="Dropcam Pro")
    for day, severity, words in (
        (date(2024, 4, 8), Severity.MEDIUM, "has ended"),
        (date(2026, 12, 31), Severity.LOW, "ends on 2026-12-31"),
        (date(2031, 1, 1), Severity.INFO, "ends on 2031-01-01"),
    ):
        data = msgspec.structs.replace(judge.data, ends=(msgspec.structs.replace(end, on=day),))
        (found,) = EndOfLifeModel(Judge(data)).findings(make_run([device], []))
        assert found.severity is severity
        assert words in found.title
        assert found.advice.startswith("Plan ")


def test_another_maker_with_such_a_number(rule, make_claimed, make_run):
    run = make_run([make_claimed("10.0.0.1", "hikvision", model="DS-2105 Pro")], [])
    assert list(rule.findings(run)) == []


def test_what_is_not_named_is_skipped_and_never_passes(rule, make_claimed, make_run):
    devices = [
        make_claimed("10.0.0.1", "axis", model="P3245-V"),
        make_claimed("10.0.0.2", "axis"),
        make_claimed("10.0.0.3", None),
    ]
    run = make_run(devices, [])
    assert list(rule.findings(run)) == []
    (skip,) = rule.skips(run)
    assert skip.reason.startswith("their models are not named in the end-of-life data of 2026-")
    skipped = msgspec.structs.replace(
        run, coverage=msgspec.structs.replace(run.coverage, skips=(skip,))
    )
    checked = Checked(skipped)
    assert all(checked.reason(rule.id, device) == skip.reason for device in devices)


def test_a_device_that_is_named_stands_beside_those_that_are_not(rule, make_claimed, make_run):
    devices = [
        make_claimed("10.0.0.1", "avtech", model="AVM1203"),
        make_claimed("10.0.0.2", "axis", model="P3245-V"),
    ]
    run = make_run(devices, [])
    assert [finding.device for finding in rule.findings(run)] == ["d-10.0.0.1"]
    assert [skip.subject for skip in rule.skips(run)] == ["all other devices"]


def test_advisories_that_call_a_model_end_of_life_are_named_here(judge, make_claimed, make_run):
    for advisory in judge.data.advisories:
        if advisory.end_of_life:
            ends = [end for end in judge.data.ends if end.of == advisory.subject]
            for seen in (seen for affects in advisory.affects for seen in affects.affected):
                assert any(end.names(seen.model) for end in ends), (advisory.id, seen.model)
