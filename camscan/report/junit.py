"""JUnit XML as CI systems read it: one test case per device and rule, passes included.

Its grammar is that of junit-10.xsd of Jenkins' xUnit plugin, which GitLab, GitHub actions and
Azure read too. Names are stable: class name `SITE.DEVICE`, name the rule's id.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree
from msgspec import Struct

from camscan.findings.checked import CHANGE_IDS, RUN_IDS, Checked, talking
from camscan.findings.gate import Gate
from camscan.findings.registry import EXCEPTION_RULES, RULE_FILES
from camscan.model.coverage import SubnetState
from camscan.model.device import Device
from camscan.model.finding import Finding, FindingStatus, Severity
from camscan.model.run import Run
from camscan.report.escape import plain
from camscan.report.interface import ReportInput
from camscan.report.tally import NO_SITE

name = "junit"
summary = "JUnit XML: one test case per device and rule"
ahead = talking

COVERAGE = "coverage"
_WHOLE = "run"
_MOST = 4000
_TOGETHER = 2000


class _Case(Struct, frozen=True):
    """One test case; `outcome` is None when it passed, `note` then goes to system-out."""

    classname: str
    name: str
    outcome: str | None = None
    message: str = ""
    text: str = ""


def render(source: ReportInput) -> bytes:
    """A `testsuites` document: coverage, findings about no single device, then a suite a site.

    A finding that `--fail-on` lets through, that the baseline knows or that somebody accepted
    is no failure and stands in the case. Without `--fail-on` everything from `low` on fails.
    """
    suites = list(_suites(source))
    out = io.BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as document:
        document.write_declaration()
        with document.element(
            "testsuites", _counts("camscan", [c for _, cs in suites for c in cs])
        ):
            for title, cases in suites:
                _write(document, title, cases, source.run)
    return out.getvalue()


def _write(
    document: etree._IncrementalFileWriter, title: str, cases: list[_Case], run: Run
) -> None:
    counts = _counts(title, cases)
    skipped = sum(case.outcome == "skipped" for case in cases)
    started = run.run.started.replace(tzinfo=None).isoformat(timespec="seconds")
    attributes = {**counts, "skipped": str(skipped), "timestamp": started}
    document.write("\n")
    with document.element("testsuite", attributes):
        elements: list[etree._Element | str] = []
        for case in cases:
            element = etree.Element("testcase", classname=case.classname, name=case.name, time="0")
            if case.outcome is not None:
                inner = etree.SubElement(element, case.outcome, message=case.message)
                if case.outcome == "failure":
                    inner.set("type", case.name)
                inner.text = case.text or None
            elif case.text:
                etree.SubElement(element, "system-out").text = case.text
            elements += ("\n", element)
            if len(elements) >= _TOGETHER:
                document.write(*elements)
                elements.clear()
        document.write(*elements, "\n")


def _counts(title: str, cases: list[_Case]) -> dict[str, str]:
    failures = sum(case.outcome == "failure" for case in cases)
    return {
        "name": title,
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": "0",
        "time": "0",
    }


def _suites(source: ReportInput) -> Iterator[tuple[str, list[_Case]]]:
    run = source.run
    yield COVERAGE, list(_coverage(run, allow_empty=source.allow_empty))
    gate = source.gate
    if gate.fail_on is None:
        gate = Gate(fail_on=Severity.LOW, new_only=gate.new_only)
    found: dict[tuple[str | None, str], list[Finding]] = defaultdict(list)
    known = {device.id for device in run.devices}
    for finding in run.findings:
        found[finding.device if finding.device in known else None, finding.rule].append(finding)
    ids = _rules(run)
    checked = Checked(run)
    about = (rule.id for rule in EXCEPTION_RULES)
    # Without a baseline: said once of the run, not of every device.
    once = RUN_IDS | (CHANGE_IDS if checked.reason(min(CHANGE_IDS)) else frozenset())
    whole = [rule for rule in (*ids, *about) if rule in once or (None, rule) in found]
    yield (
        _WHOLE,
        [_case(_WHOLE, rule, found.get((None, rule), ()), gate, checked, None) for rule in whole],
    )
    for site, devices in _by_site(run.devices).items():
        yield (
            site,
            [
                _case(
                    f"{site}.{device.id}",
                    rule,
                    found.get((device.id, rule), ()),
                    gate,
                    checked,
                    device,
                )
                for device in devices
                for rule in ids
                if rule not in once or (device.id, rule) in found
            ],
        )


def _rules(run: Run) -> list[str]:
    """Every rule of this version, and those that only findings of the run name."""
    about = {rule.id for rule in EXCEPTION_RULES}
    named = [finding.rule for finding in run.findings if finding.rule not in about]
    return list(dict.fromkeys([*RULE_FILES, *named]))


def _by_site(devices: Iterable[Device]) -> dict[str, list[Device]]:
    groups: dict[str, list[Device]] = {}
    for device in devices:
        groups.setdefault(plain(device.site or NO_SITE), []).append(device)
    return groups


def _case(
    classname: str,
    rule: str,
    findings: Iterable[Finding],
    gate: Gate,
    checked: Checked,
    device: Device | None,
) -> _Case:
    here = [one for one in findings if one.status is not FindingStatus.GONE]
    if not here:
        reason = checked.reason(rule, device)
        if reason is None:
            return _Case(classname, rule)
        return _Case(classname, rule, "skipped", plain(reason, _MOST))
    text = "\n\n".join(map(_told, here))
    stopping = [one for one in here if gate.stops(one)]
    if stopping:
        title = "; ".join(plain(one.title) for one in stopping)
        return _Case(classname, rule, "failure", title, text)
    if all(one.status is FindingStatus.ACCEPTED for one in here):
        return _Case(classname, rule, "skipped", "accepted by an exception", text)
    return _Case(classname, rule, None, "", text)


def _told(finding: Finding) -> str:
    parts = (
        f"{finding.severity}, {finding.status}: {finding.title}",
        finding.detail,
        finding.advice,
        " ".join(finding.references),
        f"finding {finding.id}",
    )
    return "\n".join(plain(part, _MOST) for part in parts if part)


def _coverage(run: Run, *, allow_empty: bool) -> Iterator[_Case]:
    if run.devices or allow_empty:
        yield _Case(COVERAGE, "devices", None, "", f"{len(run.devices)} devices")
    else:
        message = "no device was found, so nothing was checked (--allow-empty lets this pass)"
        yield _Case(COVERAGE, "devices", "failure", message)
    for subnet in run.coverage.subnets:
        where = plain(f"subnet {subnet.cidr}" + (f" of {subnet.site}" if subnet.site else ""))
        if subnet.state is SubnetState.ANSWERED:
            yield _Case(COVERAGE, where)
        else:
            reason = f"{subnet.state}: {subnet.reason}" if subnet.reason else str(subnet.state)
            yield _Case(COVERAGE, where, "skipped", plain(reason, _MOST))
