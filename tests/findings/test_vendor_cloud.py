from camscan.findings.vendor_cloud import VendorCloud
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity

LISTED = "listed: a.example is known as hikvision's (registration); if blocked: the app stops"
DENIED = 'cloud-denied: your policy permits no maker\'s cloud (vendor_cloud = "deny")'


def test_only_where_the_policy_says_so(make_device, make_run, talk):
    devices = [make_device("10.0.0.1"), make_device("10.0.0.2")]
    calls = [
        talk("10.0.0.1", (LISTED, DENIED), verdict=Verdict.VENDOR_CLOUD),
        talk("10.0.0.1", (LISTED, DENIED), verdict=Verdict.VENDOR_CLOUD, number=2, port=8000),
        talk("10.0.0.2", (LISTED,), verdict=Verdict.VENDOR_CLOUD, number=3),
    ]
    (finding,) = VendorCloud().findings(make_run(devices, calls))
    assert (finding.severity, finding.device) == (Severity.MEDIUM, "d-10.0.0.1")
    assert "if blocked: the app stops" in finding.detail
    assert "nft add rule" in finding.advice
    assert len(finding.evidence) == 2
