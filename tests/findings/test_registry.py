from camscan.findings.checked import EXPOSURE_IDS, RUN_IDS
from camscan.findings.end_of_life_model import EndOfLifeModel
from camscan.findings.factory_address import FactoryAddress
from camscan.findings.registry import (
    CHANGE_RULES,
    EGRESS_RULES,
    EXPOSURE_RULES,
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
    groups = (EGRESS_RULES, IDENTITY_RULES, INVENTORY_RULES, EXPOSURE_RULES)
    rules = [rule for group in (*groups, CHANGE_RULES, NETWORK_RULES) for rule in group]
    assert len({rule.id for rule in rules}) == len(rules) >= 31
    assert set(RULE_FILES) == {rule.id for rule in rules}


def test_rules_about_video_are_known_to_whoever_asks_what_was_checked():
    about_video = {rule.id for rule in EXPOSURE_RULES} | {EndOfLifeModel.id, FactoryAddress.id}
    assert about_video == EXPOSURE_IDS
    assert {"shared-key"} == EXPOSURE_IDS & RUN_IDS


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
