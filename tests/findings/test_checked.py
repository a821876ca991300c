"""Which rules could not be checked."""

from __future__ import annotations

from msgspec.structs import replace

from camscan.findings.checked import EGRESS_IDS, TRAFFIC_IDS, Checked
from camscan.findings.registry import EGRESS_RULES
from camscan.findings.unchecked import skips_of
from camscan.model.coverage import Method, MethodStatus, Skip
from camscan.model.run import Run


def with_skips(run: Run, *skips: Skip) -> Run:
    return replace(run, coverage=replace(run.coverage, skips=skips))


def test_the_ids_are_those_of_the_rules() -> None:
    assert {rule.id for rule in EGRESS_RULES} == TRAFFIC_IDS
    assert EGRESS_IDS < TRAFFIC_IDS


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


def test_a_skip_that_counts_devices_is_about_those_it_names(sample_run: Run) -> None:
    camera, recorder, other = sample_run.devices
    reason = "the maker is unknown: 10.1.0.10, 10.1.0.11"
    run = with_skips(sample_run, Skip(subject="2 devices", what="listed-maker", reason=reason))
    checked = Checked(run)
    assert checked.reason("listed-maker", camera) is None
    assert checked.reason("listed-maker", recorder) == "the maker is unknown"
    assert checked.reason("listed-maker", other) == "the maker is unknown"
    assert checked.reason("listed-maker") is None
    assert checked.reason("unexpected-egress", camera) is None


def test_the_skips_of_rules_are_read_as_they_are_written(sample_run: Run) -> None:
    devices = [replace(sample_run.devices[0], id=f"d{n}", addresses=()) for n in range(99)]
    skips = tuple(skips_of("listed-maker", [("the maker is unknown", one) for one in devices]))
    run = with_skips(replace(sample_run, devices=tuple(devices)), *skips)
    checked = Checked(run)
    assert {checked.reason("listed-maker", one) for one in devices} == {"the maker is unknown"}


def test_what_is_no_camera_is_not_held_against_lists(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    assert camera.class_ is not None
    printer = replace(camera, class_=replace(camera.class_, value="other"))
    assert "no camera" in (Checked(sample_run).reason("listed-maker", printer) or "")
    assert Checked(sample_run).reason("unexpected-egress", printer) is None


def test_exposure_is_asked_of_what_is_known_to_be_video(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    assert camera.class_ is not None
    checked = Checked(replace(sample_run, coverage=replace(sample_run.coverage, skips=())))
    assert checked.reason("telnet-open", camera) is None
    for device in (
        replace(camera, class_=None),
        replace(camera, class_=replace(camera.class_, value="other")),
    ):
        assert "not known to be a camera" in (checked.reason("telnet-open", device) or "")
    every = Skip(subject="all devices", what="telnet-open", reason="port 23 was not asked")
    assert Checked(with_skips(sample_run, every)).reason("telnet-open", camera) == every.reason
