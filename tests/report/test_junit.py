"""JUnit XML."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from camscan.findings.changes import with_changes
from camscan.findings.checked import CHANGE_IDS, RUN_IDS
from camscan.findings.gate import Gate
from camscan.findings.registry import RULE_FILES
from camscan.model.finding import FindingStatus, Severity
from camscan.model.run import Run
from camscan.report import junit
from camscan.report.interface import ReportInput


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "data" / "junit-10.xsd"))


def document(run: Run, **options: object) -> etree._Element:
    data = junit.render(ReportInput(run=run, **options))
    root = etree.fromstring(data)
    schema().assertValid(root)
    for suite in root.findall("testsuite"):
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure")))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)), "names are unique"
    return root


def case(root: etree._Element, classname: str, name: str) -> etree._Element:
    (found,) = root.xpath("//testcase[@classname=$c and @name=$n]", c=classname, n=name)
    return found


def outcome(element: etree._Element) -> str:
    return element[0].tag if len(element) and element[0].tag != "system-out" else "passed"


def test_one_case_per_device_and_rule(sample_run: Run) -> None:
    root = document(sample_run)
    for device, site in (("d1", "Town"), ("d2", "Town"), ("d3", "no site")):
        for rule in RULE_FILES:
            if rule not in RUN_IDS | CHANGE_IDS:
                assert case(root, f"{site}.{device}", rule) is not None
    for rule in RUN_IDS - CHANGE_IDS:
        assert outcome(case(root, "run", rule)) == "passed"
    for rule in CHANGE_IDS:
        assert outcome(case(root, "run", rule)) == "skipped", "once, for there is no baseline"
    failed = case(root, "Town.d1", "unexpected-egress")
    assert outcome(failed) == "failure"
    assert "10.1.0.9 was seen to try" in failed[0].get("message")
    assert sample_run.findings[0].id in failed[0].text
    assert outcome(case(root, "Town.d1", "vendor-cloud")) == "passed"
    silent = case(root, "Town.d2", "vendor-cloud")
    assert outcome(silent) == "skipped"
    assert "no traffic of this device" in silent[0].get("message")


def test_with_a_baseline_changes_are_told_of_each_device(sample_run: Run) -> None:
    root = document(with_changes(sample_run, replace(sample_run, devices=sample_run.devices[1:])))
    assert outcome(case(root, "Town.d1", "new-camera")) == "failure"
    assert outcome(case(root, "Town.d2", "new-camera")) == "passed"


def test_subnets_that_were_not_reached_are_skipped(sample_run: Run) -> None:
    root = document(sample_run)
    assert outcome(case(root, "coverage", "subnet 10.1.0.0/24 of Town")) == "passed"
    assert outcome(case(root, "coverage", "subnet 10.1.1.0/24 of Town")) == "skipped"


def test_no_device_is_a_failure_unless_it_is_allowed(sample_run: Run) -> None:
    empty = replace(sample_run, devices=(), conversations=(), findings=())
    assert outcome(case(document(empty), "coverage", "devices")) == "failure"
    assert outcome(case(document(empty, allow_empty=True), "coverage", "devices")) == "passed"
    assert outcome(case(document(sample_run), "coverage", "devices")) == "passed"


@pytest.mark.parametrize(
    ("status", "gate", "expected"),
    [
        (FindingStatus.NEW, Gate(), "failure"),
        (FindingStatus.NEW, Gate(fail_on=Severity.CRITICAL), "passed"),
        (FindingStatus.KNOWN, Gate(), "failure"),
        (FindingStatus.KNOWN, Gate(new_only=True), "passed"),
        (FindingStatus.ACCEPTED, Gate(), "skipped"),
        (FindingStatus.GONE, Gate(), "passed"),
    ],
)
def test_a_case_fails_when_the_job_does(
    sample_run: Run, status: FindingStatus, gate: Gate, expected: str
) -> None:
    finding = replace(sample_run.findings[0], status=status)
    found = case(
        document(replace(sample_run, findings=(finding,)), gate=gate),
        "Town.d1",
        "unexpected-egress",
    )
    assert outcome(found) == expected
    told = "".join(found.itertext())
    assert ("was seen to try" in told) is (status is not FindingStatus.GONE), "it is never hidden"


def test_findings_about_no_device_and_of_other_rules(sample_run: Run) -> None:
    finding = sample_run.findings[0]
    findings = (
        replace(finding, device=None, rule="fleet-egress"),
        replace(finding, rule="of-tomorrow"),
        replace(finding, device=None, rule="expired-exception"),
        replace(finding, device="gone-device", rule="of-tomorrow"),
    )
    root = document(replace(sample_run, findings=findings))
    assert outcome(case(root, "run", "fleet-egress")) == "failure"
    assert outcome(case(root, "Town.d1", "of-tomorrow")) == "failure"
    assert outcome(case(root, "Town.d2", "of-tomorrow")) == "passed"
    assert outcome(case(root, "run", "expired-exception")) == "failure"
    assert outcome(case(root, "run", "of-tomorrow")) == "failure", "no finding is lost"


def test_hostile_text_stays_text(hostile_run: Run) -> None:
    root = document(hostile_run)
    assert not root.xpath("//x|//script")


def test_ids_that_xml_has_no_place_for(sample_run: Run) -> None:
    hostile = 'd\x001<&"\ufffe'
    device = replace(sample_run.devices[0], id=hostile)
    finding = replace(sample_run.findings[0], device=hostile, rule='r\x1b<&"')
    root = document(replace(sample_run, devices=(device,), findings=(finding,)))
    assert case(root, 'Town.d\ufffd1<&"\ufffd', 'r\ufffd<&"') is not None
