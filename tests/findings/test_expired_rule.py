from camscan.findings.expired_rule import ExpiredRule
from camscan.model.finding import Severity

ENDED = "expired-rule: your rule for a.example ended on 2026-01-31: analytics, owner Parking"


def test_one_finding_per_rule(make_device, make_run, talk):
    run = make_run(
        [make_device("10.0.0.1"), make_device("10.0.0.2")],
        [talk("10.0.0.1", (ENDED,)), talk("10.0.0.2", (ENDED,), number=2), talk("10.0.0.2")],
    )
    (finding,) = ExpiredRule().findings(run)
    assert finding.severity is Severity.MEDIUM
    assert finding.title == "An ended rule is still made use of by 2 devices"
    assert "ended on 2026-01-31" in finding.detail
    assert "10.0.0.1, 10.0.0.2" in finding.detail
