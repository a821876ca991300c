from camscan.findings.self_signed_certificate import SelfSignedCertificate
from camscan.model.finding import Severity

RULE = SelfSignedCertificate()


def shown(subject, issuer, port=443):
    return [("tls.subject", subject, "https", port), ("tls.issuer", issuer, "https", port)]


def test_a_factory_certificate_is_info(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), *shown("CN=a", "CN=a"), *shown("CN=b", "CN=b", 8443))
    run = make_run([device], [])
    (found,) = RULE.findings(run)
    assert found.severity is Severity.INFO
    assert "On ports 443 and 8443: subject and issuer are both CN=a and CN=b" in found.detail
    assert found.evidence == ("e1", "e2", "e3", "e4")
    assert list(RULE.skips(run)) == []


def test_one_that_was_issued_is_none(make_device, said, make_run):
    run = make_run([said(make_device("10.0.0.1"), *shown("CN=a", "CN=ca"))], [])
    assert list(RULE.findings(run)) == []


def test_none_that_was_read(make_device, make_run):
    run = make_run([make_device("10.0.0.1")], [])
    (skip,) = RULE.skips(run)
    assert skip.reason == "TLS was not asked: 10.0.0.1"
