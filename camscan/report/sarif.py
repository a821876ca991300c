"""SARIF 2.1.0 (OASIS Standard, 27 March 2020) for code scanning: one result a finding.

A result lies in the run's JSON file, at the line where its device begins. `baselineState` stands
only where the run was held against a baseline, as section 3.27.24 asks.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

import msgspec
from msgspec.structs import replace

from camscan.findings.documented import documented
from camscan.findings.explained import explained
from camscan.findings.registry import EXCEPTION_RULES, RULE_FILES
from camscan.inventory.run_text import run_chunks
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run, RunStatus
from camscan.report.escape import plain
from camscan.report.interface import ReportInput

name = "sarif"
summary = "SARIF 2.1.0 for code scanning: one result a finding"

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_INVENTORY = "camscan.json"
_LEVELS = {
    Severity.INFO: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
_SECURITY_SEVERITY = {
    Severity.INFO: "0.0",
    Severity.LOW: "3.0",
    Severity.MEDIUM: "5.5",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
"""In the middle of what GitHub's code scanning calls low (below 4), medium (below 7), high (below
9) and critical; it reads them from the rule, not from the result."""
_BASELINE = {
    FindingStatus.NEW: "new",
    FindingStatus.KNOWN: "unchanged",
    FindingStatus.ACCEPTED: "unchanged",
    FindingStatus.GONE: "absent",
}
_DEVICE = b'\n      "id": "'
_MOST = 4000
_SHORT = 1000


def render(source: ReportInput) -> bytes:
    """The log as indented JSON, its URIs relative to the root of the repository."""
    run = source.run
    ids = list(dict.fromkeys([*_known(), *(finding.rule for finding in run.findings)]))
    index = {rule: number for number, rule in enumerate(ids)}
    uri = _uri(source.inventory or _INVENTORY)
    lines = _device_lines(run)
    gravest = _gravest(run)
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "camscan",
                        "semanticVersion": run.tool.version,
                        "properties": {"fingerprints": run.tool.data.version},
                        "rules": [_rule(rule, gravest.get(rule, Severity.MEDIUM)) for rule in ids],
                    }
                },
                "automationDetails": {"id": f"camscan/{run.run.id}"},
                "invocations": [_invocation(run)],
                "artifacts": [{"location": {"uri": uri}, "roles": ["analysisTarget"]}],
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(finding, index[finding.rule], uri, lines, compared=source.gate.new_only)
                    for finding in run.findings
                ],
            }
        ],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _known() -> list[str]:
    return [*RULE_FILES, *(rule.id for rule in EXCEPTION_RULES)]


def _gravest(run: Run) -> dict[str, Severity]:
    """Each rule that found something, with its gravest finding that stands."""
    order = tuple(Severity)
    found: dict[str, Severity] = {}
    for finding in run.findings:
        if finding.status is not FindingStatus.GONE:
            found[finding.rule] = max(
                found.get(finding.rule, Severity.INFO), finding.severity, key=order.index
            )
    return found


def _rule(rule: str, gravest: Severity) -> dict[str, Any]:
    text = plain(explained(rule), _SHORT)
    described: dict[str, Any] = {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.split("-")),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": _help(rule, text),
        "defaultConfiguration": {"level": _LEVELS[gravest]},
        "properties": {
            "tags": ["security", "network"],
            "security-severity": _SECURITY_SEVERITY[gravest],
        },
    }
    documentation = _documentation()
    if documentation is not None:
        described["helpUri"] = f"{documentation}/findings.md#{rule}"
    return described


def _help(rule: str, text: str) -> dict[str, str]:
    """The section of the documents itself: GitHub shows the Markdown beside the result, others the
    text; neither can follow a link to a project without an address."""
    section = documented(rule)
    if section is None:
        return {"text": text}
    return {"text": f"{text} {' '.join(section.split())}", "markdown": f"{text}\n\n{section}"}


@cache
def _documentation() -> str | None:
    """Where the documents of this distribution are on the web, if it says so: a link in a log has
    to be absolute (section 3.49.12)."""
    try:
        entries = metadata("camscan").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    urls = dict(entry.split(", ", 1) for entry in entries if ", " in entry)
    found = urls.get("Documentation")
    return None if found is None else found.rstrip("/")


def _invocation(run: Run) -> dict[str, Any]:
    notes = [
        {
            "level": "note",
            "message": {"text": plain(f"{skip.subject}: {skip.what}: {skip.reason}", _MOST)},
        }
        for skip in run.coverage.skips
    ]
    return {
        "executionSuccessful": run.run.status is RunStatus.COMPLETE,
        "startTimeUtc": f"{run.run.started:%Y-%m-%dT%H:%M:%SZ}",
        "endTimeUtc": f"{run.run.ended:%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": notes,
    }


def _result(
    finding: Finding, rule: int, uri: str, lines: dict[str, int], *, compared: bool
) -> dict[str, Any]:
    parts = (finding.title, finding.detail, finding.advice)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join(plain(part, _MOST) for part in parts if part)},
        "locations": [_location(finding, uri, lines)],
        # GitHub compares results by the first of these, other readers by any.
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.id}:1",
            "camscanFinding/v1": finding.id,
        },
        "properties": {
            "severity": finding.severity.value,
            "status": finding.status.value,
            "references": [plain(text, _SHORT) for text in finding.references],
        },
    }
    if compared or finding.status in {FindingStatus.KNOWN, FindingStatus.GONE}:
        result["baselineState"] = _BASELINE[finding.status]
    if finding.status is FindingStatus.ACCEPTED:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "an exception of camscan.toml",
            }
        ]
    return result


def _location(finding: Finding, uri: str, lines: dict[str, int]) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri, "index": 0},
            "region": {"startLine": lines.get(finding.device or "", 1)},
        }
    }
    if finding.device is not None:
        location["logicalLocations"] = [{"name": finding.device, "kind": "resource"}]
    return location


def _device_lines(run: Run) -> dict[str, int]:
    """Line of each device's id in the JSON file of the run, counted from 1."""
    wanted = {finding.device for finding in run.findings if finding.device is not None}
    if not wanted:
        return {}
    # Devices come before conversations and findings, which may be a hundred times as long.
    lines: dict[str, int] = {}
    number = 1
    for chunk in run_chunks(replace(run, conversations=(), findings=())):
        before, *devices = chunk.split(_DEVICE)
        number += before.count(b"\n")
        for text in devices:
            number += 1
            device = text.partition(b'"')[0].decode()
            if device in wanted:
                lines.setdefault(device, number)
            number += text.count(b"\n")
    return lines


def _uri(path: str) -> str:
    """A relative or absolute path as a URI reference (RFC 3986)."""
    from urllib.parse import quote

    return quote(path.replace("\\", "/"), safe="/:")
