"""A run held against its baseline."""

from camscan.findings.changes import METHOD, with_changes
from camscan.findings.checked import CHANGE_IDS, Checked
from camscan.findings.registry import CHANGE_RULES
from camscan.findings.status import with_status
from camscan.model.finding import FindingStatus

MAC = "c0:56:e3:00:00:01"


def test_the_ids_are_those_of_the_rules():
    assert {rule.id for rule in CHANGE_RULES} == CHANGE_IDS


def test_findings_skips_and_the_method(keyed, scanned):
    baseline = scanned(keyed("10.1.0.5", mac=MAC), keyed("10.1.0.6"), keyed("10.1.1.7"), name="r0")
    run = scanned(keyed("10.1.0.5", mac=MAC), keyed("10.1.0.8"))
    found = with_changes(run, baseline)
    assert [(one.rule, one.device) for one in found.findings] == [
        ("new-camera", "d10.1.0.8"),
        ("camera-gone", "d10.1.0.6"),
    ]
    assert [skip.what for skip in found.coverage.skips] == ["camera-gone"]
    assert found.coverage.methods[-1].name == METHOD
    assert found.coverage.methods[-1].reason == "compared with run r0 of 2026-11-24 02:13 UTC"
    assert with_changes(found, baseline) == found
    assert Checked(found).reason("new-camera") is None
    assert "--baseline RUN" in Checked(run).reason("new-camera", run.devices[0])
    assert Checked(found).reason("camera-gone").startswith("nothing at all answered")


def test_another_baseline_replaces_what_the_first_showed(keyed, scanned):
    run = with_changes(scanned(keyed("10.1.0.5")), scanned())
    assert [one.rule for one in run.findings] == ["new-camera"]
    again = with_changes(run, scanned(keyed("10.1.0.5")))
    assert again.findings == ()
    assert len([one for one in again.coverage.methods if one.name == METHOD]) == 1


def test_what_was_new_in_the_baseline_is_no_finding_that_is_gone(keyed, scanned):
    baseline = with_status(with_changes(scanned(keyed("10.1.0.5")), scanned()), scanned())
    assert [one.status for one in baseline.findings] == [FindingStatus.NEW]
    run = with_status(with_changes(scanned(keyed("10.1.0.5")), baseline), baseline)
    assert run.findings == ()
