"""Which rules could not be checked."""

from __future__ import annotations

from msgspec.structs import replace

from camscan.findings.checked import EGRESS_IDS, Checked
from camscan.findings.registry import EGRESS_RULES
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.run import Run


def with_skips(run: Run, *skips: Skip) -> Run:
    return replace(run, coverage=replace(run.coverage, skips=skips))


def test_the_ids_are_those_of_the_rules() -> None:
    assert {rule.id for rule in EGRESS_RULES} == EGRESS_IDS | {"expired-rule"}


def test_without_traffic_no_rule_about_traffic_is_checked(sample_run: Run) -> None:
    checked = Checked(replace(sample_run, conversations=()))
    for rule in EGRESS_RULES:
        assert "no traffic was read" in (checked.reason(rule.id) or "")
        assert "no traffic was read" in (checked.reason(rule.id, sample_run.devices[0]) or "")
    assert checked.reason("end-of-life") is None


def test_a_capture_without_a_conversation_was_still_read(sample_run: Run) -> None:
    method = Method(name="egress", status=MethodStatus.DONE)
    coverage = replace(sample_run.coverage, methods=(method,))
    checked = Checked(replace(sample_run, conversations=(), coverage=coverage))
    assert checked.reason("unexpected-egress") is None
    assert "of this device" in (checked.reason("unexpected-egress", sample_run.devices[0]) or "")


def test_a_silent_device_was_not_checked(sample_run: Run) -> None:
    checked = Checked(sample_run)
    camera, recorder, _ = sample_run.devices
    assert checked.reason("inside-scan", camera) is None
    assert checked.reason("inside-scan", recorder) is not None
    assert checked.reason("expired-rule", recorder) is None


def test_a_skip_names_the_rule_and_the_device(sample_run: Run) -> None:
    camera, recorder, _ = sample_run.devices
    run = with_skips(
        sample_run,
        Skip(subject="10.1.0.10", what="end-of-life", reason="no model"),
        Skip(subject="kev.json", what="known-exploited", reason="unreadable"),
    )
    checked = Checked(run)
    assert checked.reason("end-of-life", recorder) == "no model"
    assert checked.reason("end-of-life", camera) is None
    assert checked.reason("end-of-life") is None
    assert checked.reason("known-exploited", camera) == "unreadable"
    assert checked.reason("known-exploited") == "unreadable"
