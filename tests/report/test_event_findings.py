from camscan.model.finding import Finding, Severity
from camscan.report.event_findings import MANY, within_events


def finding(name, rule, *evidence):
    return Finding(
        id=name, rule=rule, severity=Severity.HIGH, title="t", device=None, detail="d",
        advice="a", evidence=evidence,
    )  # fmt: skip


def singles(count):
    return [finding(f"f{n}", "unexpected-egress", f"c{n}") for n in range(count)]


def event(count):
    return finding("event", "fleet-egress", *(f"c{n}" for n in range(count)))


def test_many_belong_to_their_event():
    own = within_events([*singles(MANY + 1), event(MANY + 1)])
    assert own == {"event": frozenset(f"f{n}" for n in range(MANY + 1))}


def test_few_stand_for_themselves():
    assert within_events([*singles(MANY), event(MANY)]) == {}


def test_what_has_more_to_it_stands_for_itself():
    other = finding("other", "unexpected-egress", "c0", "c99")
    none = finding("none", "unexpected-egress")
    rule = finding("rule", "inside-scan", "c0")
    (own,) = within_events([event(20), *singles(20), other, none, rule]).values()
    assert not own & {"other", "none", "rule"}
