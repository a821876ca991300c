"""SARIF 2.1.0."""

from __future__ import annotations

import json
import re
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from camscan.findings.gate import Gate
from camscan.findings.registry import EXCEPTION_RULES, RULE_FILES
from camscan.inventory.store import encode_run
from camscan.model.finding import FindingStatus, Severity
from camscan.model.run import Run
from camscan.report import sarif
from camscan.report.interface import ReportInput

FINDINGS = Path(__file__).parents[2] / "docs" / "findings.md"


@cache
def validator() -> jsonschema.Draft4Validator:
    path = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json"
    schema = json.loads(path.read_text("utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    return jsonschema.Draft4Validator(schema, format_checker=checker)


def log(run: Run, **options: object) -> dict[str, Any]:
    found = json.loads(sarif.render(ReportInput(run=run, **options)))
    validator().validate(found)
    (only,) = found["runs"]
    for result in only["results"]:
        rule = only["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]
    return only


def test_the_schema_refuses_what_is_wrong() -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({"version": "2.1.0"})
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})


def test_a_result_lies_at_its_device_in_the_json_file(sample_run: Run) -> None:
    (result,) = log(sample_run, inventory="out/run 1.json")["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "out/run%201.json"
    lines = encode_run(sample_run).decode().splitlines()
    assert lines[place["region"]["startLine"] - 1] == '      "id": "d1",'
    assert result["partialFingerprints"]["camscanFinding/v1"] == sample_run.findings[0].id
    assert result["level"] == "error"
    assert result["message"]["text"].splitlines() == [
        "10.1.0.9 was seen to try to contact 203.0.113.5", "3 attempts", "ask why",
    ]  # fmt: skip


def test_every_rule_is_there_when_nothing_was_found(sample_run: Run) -> None:
    run = log(replace(sample_run, findings=()))
    assert run["results"] == []
    assert "unexpected-egress" in [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "eth0: multicast: not wholly in scope"


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.INFO, "note"),
        (Severity.LOW, "note"),
        (Severity.MEDIUM, "warning"),
        (Severity.HIGH, "error"),
        (Severity.CRITICAL, "error"),
    ],
)
def test_levels(sample_run: Run, severity: Severity, level: str) -> None:
    finding = replace(sample_run.findings[0], severity=severity)
    (result,) = log(replace(sample_run, findings=(finding,)))["results"]
    assert result["level"] == level


def test_a_rule_has_the_security_severity_of_its_gravest_finding(sample_run: Run) -> None:
    finding = sample_run.findings[0]
    found = (
        replace(finding, id="a", severity=Severity.LOW),
        replace(finding, id="b", severity=Severity.CRITICAL, status=FindingStatus.GONE),
        replace(finding, id="c", severity=Severity.HIGH, status=FindingStatus.KNOWN),
    )
    rules = log(replace(sample_run, findings=found))["tool"]["driver"]["rules"]
    by_id = {rule["id"]: rule for rule in rules}
    scores = {name: rule["properties"]["security-severity"] for name, rule in by_id.items()}
    assert scores.pop(finding.rule) == "8.0"
    assert by_id[finding.rule]["defaultConfiguration"]["level"] == "error"
    assert set(scores.values()) == {"5.5"}, "nothing found: as the default level, warning"


def test_a_rule_brings_its_section_of_the_documents(sample_run: Run) -> None:
    by_id = {rule["id"]: rule["help"] for rule in log(sample_run)["tool"]["driver"]["rules"]}
    told = by_id["telnet-open"]
    assert "Nothing is typed." in told["markdown"]
    assert "Nothing is typed." in told["text"]
    assert "\n\n" in told["markdown"]
    known = {*RULE_FILES, *(rule.id for rule in EXCEPTION_RULES)}
    assert known <= {rule for rule, each in by_id.items() if each.get("markdown")}


def test_a_rule_links_to_the_documents_where_their_address_is_known(
    sample_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*entries: str) -> list[str | None]:
        message = Message()
        for entry in entries:
            message.add_header("Project-URL", entry)
        monkeypatch.setattr(sarif, "metadata", lambda name: message)
        sarif._documentation.cache_clear()
        return [rule.get("helpUri") for rule in log(sample_run)["tool"]["driver"]["rules"]]

    assert set(told("Homepage, https://example.org")) == {None}
    links = told("Homepage, https://example.org", "Documentation, https://example.org/docs/")
    headings = re.findall(r"^## (\S+)$", FINDINGS.read_text("utf-8"), re.MULTILINE)
    for link in links:
        assert link is not None
        page, _, anchor = link.partition("#")
        assert page == "https://example.org/docs/findings.md"
        assert anchor in headings
    sarif._documentation.cache_clear()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (FindingStatus.NEW, "new"),
        (FindingStatus.KNOWN, "unchanged"),
        (FindingStatus.ACCEPTED, "unchanged"),
        (FindingStatus.GONE, "absent"),
    ],
)
def test_baseline_states(sample_run: Run, status: FindingStatus, state: str) -> None:
    finding = replace(sample_run.findings[0], status=status)
    run = replace(sample_run, findings=(finding,))
    (result,) = log(run, gate=Gate(new_only=True))["results"]
    assert result["baselineState"] == state
    assert ("suppressions" in result) is (status is FindingStatus.ACCEPTED)


def test_no_baseline_no_state(sample_run: Run) -> None:
    (result,) = log(sample_run)["results"]
    assert "baselineState" not in result


def test_a_finding_about_no_device(sample_run: Run) -> None:
    finding = replace(sample_run.findings[0], device=None, rule="of-tomorrow")
    (result,) = log(replace(sample_run, findings=(finding,)))["results"]
    location = result["locations"][0]
    assert location["physicalLocation"]["region"]["startLine"] == 1
    assert "logicalLocations" not in location


def test_hostile_text_stays_valid(hostile_run: Run) -> None:
    text = json.dumps(log(hostile_run), ensure_ascii=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
