"""Devices that the baseline did not have."""

from camscan.findings.new_camera import NewCamera
from camscan.inventory.compare import compare
from camscan.model.finding import Severity


def rule(before, after):
    return NewCamera(compare(before, after))


def test_new_where_the_baseline_asked(keyed, scanned):
    before = scanned(keyed("10.1.0.5"), name="r0")
    after = scanned(keyed("10.1.0.5"), keyed("10.1.0.6"), keyed("10.1.0.7", kind="recorder"))
    found = list(rule(before, after).findings(after))
    assert [(one.device, one.severity) for one in found] == [
        ("d10.1.0.6", Severity.MEDIUM),
        ("d10.1.0.7", Severity.MEDIUM),
    ]
    assert found[0].title == "Hikvision camera 10.1.0.6 (Town) is new since the baseline"
    assert "Run r0 of 2026-11-24" in found[0].detail
    assert list(rule(before, after).skips(after)) == []


def test_what_is_no_camera_is_left_out(keyed, scanned):
    after = scanned(keyed("10.1.0.6", kind="other"), keyed("10.1.0.7", kind=None))
    assert list(rule(scanned(), after).findings(after)) == []


def test_where_the_baseline_did_not_ask_nobody_knows(keyed, scanned):
    after = scanned(keyed("10.1.1.6"))
    made = rule(scanned(), after)
    assert list(made.findings(after)) == []
    (skip,) = made.skips(after)
    assert (skip.subject, skip.what) == ("1 device", "new-camera")
    assert skip.reason == (
        "the baseline did not ask there: nothing at all answered in 10.1.1.0/24: 10.1.1.6"
    )
