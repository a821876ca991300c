from camscan.findings.registry import (
    CHANGE_RULES,
    EGRESS_RULES,
    IDENTITY_RULES,
    INVENTORY_RULES,
    NETWORK_RULES,
    RULE_FILES,
    with_findings,
)
from camscan.model.finding import Finding, Severity


def old(rule, severity=Severity.LOW):
    return Finding(
        id="f1", rule=rule, severity=severity, title="t", device=None, detail="d", advice="a"
    )


def test_rules_have_distinct_ids():
    ids = [
        rule.id
        for rule in (
            *EGRESS_RULES,
            *IDENTITY_RULES,
            *INVENTORY_RULES,
            *CHANGE_RULES,
            *NETWORK_RULES,
        )
    ]
    assert len(ids) == len(set(ids))
    assert set(ids) <= set(RULE_FILES)


def test_findings_of_other_rules_stay_and_the_worst_come_first(
    make_device, make_run, talk, together
):
    run = make_run(
        [make_device("10.0.0.1")],
        [talk("10.0.0.1", together)],
        [old("advisory", Severity.MEDIUM), old("unexpected-egress", Severity.CRITICAL)],
    )
    result = with_findings(run)
    assert [(f.rule, f.severity) for f in result.findings] == [
        ("fleet-egress", Severity.HIGH),
        ("unexpected-egress", Severity.HIGH),
        ("advisory", Severity.MEDIUM),
    ]
    assert with_findings(result) == result
    assert len(run.findings) == 2
