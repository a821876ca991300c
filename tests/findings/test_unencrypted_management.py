import pytest

from camscan.findings.unencrypted_management import UnencryptedManagement
from camscan.model.finding import Severity

RULE = UnencryptedManagement()
CLOSED = {80: ("open", "http"), 443: ("closed", None)}
BOTH = {80: ("open", "http"), 443: ("open", "https")}


def page(status="200", port=80, method="http"):
    return ("http.status", status, method, port)


def test_a_page_without_https_is_low(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), page(), ports=CLOSED)
    (found,) = RULE.findings(make_run([device], []))
    assert found.severity is Severity.LOW
    assert found.title.endswith("serves its pages without encryption and has no HTTPS")
    assert "HTTP on port 80" in found.detail
    assert found.evidence == ("e1",)
    assert list(RULE.skips(make_run([device], []))) == []


def test_a_password_that_can_be_read_is_medium(make_device, said, make_run):
    basic = ("http.www_authenticate", 'Basic realm="IPCam"', "http", 80)
    device = said(make_device("10.0.0.1"), page("401"), basic, ports=CLOSED)
    (found,) = RULE.findings(make_run([device], []))
    assert found.severity is Severity.MEDIUM
    assert "Basic" in found.detail
    assert found.evidence == ("e1", "e2")
    digest = ("http.www_authenticate", 'Digest realm="IPCam"', "http", 80)
    device = said(make_device("10.0.0.1"), page("401"), digest, ports=CLOSED)
    (found,) = RULE.findings(make_run([device], []))
    assert found.severity is Severity.LOW


def test_beside_https_it_is_info(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), page(), page(method="https", port=443), ports=BOTH)
    (found,) = RULE.findings(make_run([device], []))
    assert found.severity is Severity.INFO
    assert "HTTPS answered on port 443" in found.detail


@pytest.mark.parametrize(
    "told",
    [
        [page("301"), ("http.location", "https://10.0.0.1/", "http", 80)],
        [page("200"), ("http.body", "<script>location='https://10.0.0.1/'</script>", "http", 80)],
        [page("404")],
        [page(method="https", port=443)],
        [("http.server", "App-webs/", "onvif", 80)],
    ],
)
def test_what_is_no_page_without_encryption(make_device, said, make_run, told):
    run = make_run([said(make_device("10.0.0.1"), *told, ports=BOTH)], [])
    assert list(RULE.findings(run)) == []
    assert list(RULE.skips(run)) == []


def test_a_page_that_another_program_saw(make_device, said, make_run):
    """Whether TLS stood around it, the service of the port says."""
    for service, number in (("http", 1), ("https", 0), (None, 0)):
        device = said(
            make_device("10.0.0.1"),
            page(method="nmap", port=8080),
            ports={8080: ("open", service), 443: ("closed", None)},
        )
        assert len(list(RULE.findings(make_run([device], [])))) == number


def test_without_a_question_nothing_is_said(make_device, said, make_run):
    silent = make_device("10.0.0.1")
    plain = said(make_device("10.0.0.2"), page(), ports={80: ("open", "http")})
    run = make_run([silent, plain], [])
    assert list(RULE.findings(run)) == []
    assert [skip.reason for skip in RULE.skips(run)] == [
        "HTTP was not asked: 10.0.0.1",
        "HTTPS was not asked: 10.0.0.2",
    ]


def test_a_certificate_without_a_page_is_https_too(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"), page(), ("tls.sha256", "aa", "https", 443),
        ports={80: ("open", "http"), 443: ("open", "tls")},
    )  # fmt: skip
    (found,) = RULE.findings(make_run([device], []))
    assert found.severity is Severity.INFO


def test_a_port_of_https_that_did_not_answer_is_not_called_missing(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"), page(), ports={80: ("open", "http"), 443: ("open", None)}
    )
    run = make_run([device], [])
    assert list(RULE.findings(run)) == []
    (skip,) = RULE.skips(run)
    assert skip.reason == "port 443 is open and did not answer: 10.0.0.1"
