"""Findings together, and what follows."""

from __future__ import annotations

import msgspec

from camscan.model.coverage import SubnetState
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run
from camscan.report.html.groups import groups, in_words, list_matches, steps


def finding(number: int, rule: str, severity: Severity, advice: str = "do it") -> Finding:
    return Finding(
        id=f"f{number}",
        rule=rule,
        severity=severity,
        title=f"title {number}",
        device=f"d{number}",
        detail="",
        advice=advice,
    )


def with_findings(run: Run, *findings: Finding) -> Run:
    return msgspec.structs.replace(run, findings=findings)


def test_one_group_a_rule_and_severity_the_gravest_first(sample_run: Run) -> None:
    run = with_findings(
        sample_run,
        finding(1, "clock-wrong", Severity.LOW),
        finding(2, "unexpected-egress", Severity.HIGH),
        finding(3, "clock-wrong", Severity.LOW, "other"),
        finding(4, "clock-wrong", Severity.MEDIUM),
    )
    found = groups(run)
    assert [(g.rule, g.severity, len(g.findings)) for g in found] == [
        ("unexpected-egress", "high", 1),
        ("clock-wrong", "medium", 1),
        ("clock-wrong", "low", 2),
    ]
    assert found[0].heading == "title 2"
    assert found[2].heading == in_words("clock-wrong") == "Clock wrong"
    assert (found[1].advice, found[2].advice) == ("do it", "")


def test_of_many_findings_the_first_are_shown(sample_run: Run) -> None:
    many = [finding(number, "clock-wrong", Severity.LOW) for number in range(30)]
    (group,) = groups(with_findings(sample_run, *many))
    assert len(group.shown) == 20
    assert group.devices == 30


def test_accepted_gone_and_info_need_nothing(sample_run: Run) -> None:
    change = msgspec.structs.replace
    run = with_findings(
        sample_run,
        change(finding(1, "a", Severity.HIGH), status=FindingStatus.ACCEPTED),
        change(finding(2, "b", Severity.HIGH), status=FindingStatus.GONE),
        finding(3, "c", Severity.INFO),
        finding(4, "d", Severity.LOW),
    )
    assert [s.text for s in steps(run, groups(run)) if s.target.startswith("finding")] == [
        "title 4"
    ]


def test_what_was_not_seen_needs_a_look(sample_run: Run) -> None:
    silent = [s for s in sample_run.coverage.subnets if s.state is not SubnetState.ANSWERED]
    assert silent
    targets = {step.target for step in steps(sample_run, groups(sample_run))}
    assert {"subnets", "skips"} <= targets


def test_list_matches_are_told_by_their_rules(sample_run: Run) -> None:
    run = with_findings(
        sample_run,
        finding(1, "listed-maker", Severity.MEDIUM),
        finding(2, "unexpected-egress", Severity.HIGH),
        finding(3, "oem-of-listed-maker", Severity.LOW),
    )
    again = msgspec.structs.replace(run.findings[0], id="again", severity=Severity.LOW)
    unnamed = finding(4, "listed-maker", Severity.INFO)
    run = with_findings(run, *run.findings, again, unnamed)
    assert list_matches(groups(run)) == [("Listed maker", 1), ("OEM of listed maker", 1)]


def test_rules_in_words() -> None:
    assert in_words("unexpected-egress") == "Unexpected egress"
    assert in_words("rtsp-without-login") == "RTSP without login"
    assert in_words("oem-of-listed-maker") == "OEM of listed maker"
    assert in_words("telnet") == "Telnet"
