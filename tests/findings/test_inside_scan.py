from camscan.findings.inside_scan import InsideScan
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity

SCAN = "inside-scan: tried 12 hosts inside the network on tcp/445 within an hour"


def test_one_finding_per_device(make_device, make_run, talk):
    calls = [
        talk(
            "10.0.0.1", ("inside: x", SCAN), verdict=Verdict.INTERNAL, number=n, peer=f"10.0.1.{n}"
        )
        for n in range(1, 13)
    ]
    run = make_run([make_device("10.0.0.1")], [*calls, talk("10.0.0.2")])
    (finding,) = InsideScan().findings(run)
    assert (finding.severity, finding.device) == (Severity.HIGH, "d-10.0.0.1")
    assert "tried 12 hosts" in finding.detail
    assert "12 hosts, among them 10.0.1.1, 10.0.1.2" in finding.detail
    assert len(finding.evidence) == 12
