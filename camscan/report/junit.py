"""JUnit XML as CI systems read it: one test case per device and rule, passes included.

Its grammar is that of junit-10.xsd of Jenkins' xUnit plugin, which GitLab, GitHub actions and
Azure read too. Names are stable: class name `SITE.DEVICE`, name the rule's id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct, field

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
from camscan.report.xml_text import attribute, content

name = "junit"
summary = "JUnit XML: one test case per device and rule"
ahead = talking

COVERAGE = "coverage"
_WHOLE = "run"
_MOST = 4000
_MOST_HELD = 4096


class _Suite(Struct):
    """Test cases as text, and what they come to. A large run has some hundred thousand."""

    title: str
    tests: int = 0
    failures: int = 0
    skipped: int = 0
    lines: list[str] = field(default_factory=list)

    def add(
        self,
        classname: str,
        name: str,
        outcome: str | None = None,
        message: str = "",
        text: str = "",
    ) -> None:
        """`outcome` is None when it passed, the text then goes to system-out."""
        self.tests += 1
        start = f'<testcase classname="{classname}" name="{_attribute(name)}" time="0"'
        if outcome is None:
            out = f"><system-out>{content(text)}</system-out></testcase>" if text else "/>"
            self.lines.append(start + out)
            return
        inner = f'<{outcome} message="{_attribute(message)}"'
        if outcome == "failure":
            self.failures += 1
            inner += f' type="{_attribute(name)}"'
        else:
            self.skipped += 1
        inner += f">{content(text)}</{outcome}>" if text else "/>"
        self.lines.append(f"{start}>{inner}</testcase>")


_attribute = lru_cache(_MOST_HELD)(attribute)
"""Rules and reasons come again and again."""


def render(source: ReportInput) -> bytes:
    """A `testsuites` document: coverage, findings about no single device, then a suite a site.

    A finding that `--fail-on` lets through, that the baseline knows or that somebody accepted
    is no failure and stands in the case. Without `--fail-on` everything from `low` on fails.
    """
    return b"".join(chunks(source))


def chunks(source: ReportInput) -> Iterator[bytes]:
    """The same, a suite at a time."""
    suites = list(_suites(source))
    tests, failures = sum(one.tests for one in suites), sum(one.failures for one in suites)
    yield b"<?xml version='1.0' encoding='utf-8'?>\n"
    yield f"<testsuites {_counts('camscan', tests, failures)}>".encode()
    started = source.run.run.started.replace(tzinfo=None).isoformat(timespec="seconds")
    for one in suites:
        counts = _counts(one.title, one.tests, one.failures)
        head = f'<testsuite {counts} skipped="{one.skipped}" timestamp="{started}">'
        yield "\n".join(["", head, *one.lines, "</testsuite>"]).encode()
        one.lines.clear()
    yield b"</testsuites>"


def _counts(title: str, tests: int, failures: int) -> str:
    return f'name="{attribute(title)}" tests="{tests}" failures="{failures}" errors="0" time="0"'


def _suites(source: ReportInput) -> Iterator[_Suite]:
    run = source.run
    yield _coverage(run, allow_empty=source.allow_empty)
    gate = source.gate
    if gate.fail_on is None:
        gate = Gate(fail_on=Severity.LOW, new_only=gate.new_only)
    found: dict[str | None, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    known = {device.id for device in run.devices}
    for finding in run.findings:
        found[finding.device if finding.device in known else None][finding.rule].append(finding)
    ids = _rules(run)
    checked = Checked(run)
    about = (rule.id for rule in EXCEPTION_RULES)
    # Without a baseline: said once of the run, not of every device.
    once = RUN_IDS | (CHANGE_IDS if checked.reason(min(CHANGE_IDS)) else frozenset())
    whole = _Suite(_WHOLE)
    of_none = found.get(None, {})
    for rule in (*ids, *about):
        if rule in once or rule in of_none:
            _add(whole, _WHOLE, rule, of_none.get(rule, ()), gate, checked, None)
    yield whole
    for site, devices in _by_site(run.devices).items():
        suite = _Suite(site)
        for device in devices:
            classname = attribute(f"{site}.{device.id}")
            of_device = found.get(device.id, {})
            for rule in ids:
                findings = of_device.get(rule, ())
                if findings or rule not in once:
                    _add(suite, classname, rule, findings, gate, checked, device)
        yield suite


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


def _add(
    suite: _Suite,
    classname: str,
    rule: str,
    findings: Sequence[Finding],
    gate: Gate,
    checked: Checked,
    device: Device | None,
) -> None:
    here = [one for one in findings if one.status is not FindingStatus.GONE]
    if not here:
        reason = checked.reason(rule, device)
        if reason is None:
            suite.add(classname, rule)
        else:
            suite.add(classname, rule, "skipped", _reason(reason))
        return
    text = "\n\n".join(map(_told, here))
    stopping = [one for one in here if gate.stops(one)]
    if stopping:
        title = "; ".join(plain(one.title) for one in stopping)
        suite.add(classname, rule, "failure", title, text)
    elif all(one.status is FindingStatus.ACCEPTED for one in here):
        suite.add(classname, rule, "skipped", "accepted by an exception", text)
    else:
        suite.add(classname, rule, None, "", text)


@lru_cache(_MOST_HELD)
def _reason(reason: str) -> str:
    return plain(reason, _MOST)


def _told(finding: Finding) -> str:
    parts = (
        f"{finding.severity}, {finding.status}: {finding.title}",
        finding.detail,
        finding.advice,
        " ".join(finding.references),
        f"finding {finding.id}",
    )
    return "\n".join(plain(part, _MOST) for part in parts if part)


def _coverage(run: Run, *, allow_empty: bool) -> _Suite:
    suite = _Suite(COVERAGE)
    if run.devices or allow_empty:
        suite.add(COVERAGE, "devices", None, "", f"{len(run.devices)} devices")
    else:
        message = "no device was found, so nothing was checked (--allow-empty lets this pass)"
        suite.add(COVERAGE, "devices", "failure", message)
    for subnet in run.coverage.subnets:
        where = plain(f"subnet {subnet.cidr}" + (f" of {subnet.site}" if subnet.site else ""))
        if subnet.state is SubnetState.ANSWERED:
            suite.add(COVERAGE, where)
        else:
            reason = f"{subnet.state}: {subnet.reason}" if subnet.reason else str(subnet.state)
            suite.add(COVERAGE, where, "skipped", plain(reason, _MOST))
    return suite
