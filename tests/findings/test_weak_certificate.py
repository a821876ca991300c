import pytest

from camscan.findings.weak_certificate import WeakCertificate
from camscan.model.finding import Severity

RULE = WeakCertificate()


def found(run):
    return list(RULE.findings(run))


def shown(key, signature="sha256 rsa", issuer="CN=a"):
    told = {"subject": "CN=a", "issuer": issuer, "key": key, "signature": signature}
    return [(f"tls.{field}", value, "https", 443) for field, value in told.items()]


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ("rsa 512", Severity.MEDIUM),
        ("rsa 1023", Severity.MEDIUM),
        ("rsa 1024", Severity.LOW),
        ("rsa 2047", Severity.LOW),
        ("rsa 2048", None),
        ("dsa 1024", Severity.LOW),
        ("ec secp192r1", Severity.MEDIUM),
        ("ec sect163k1", Severity.MEDIUM),
        ("ec secp256r1", None),
        ("ed25519", None),
        ("quantum 7", None),
    ],
)
def test_keys(make_device, said, make_run, key, severity):
    run = make_run([said(make_device("10.0.0.1"), *shown(key))], [])
    assert [one.severity for one in found(run)] == ([] if severity is None else [severity])
    assert list(RULE.skips(run)) == []


def test_each_weakness_cites_what_speaks_of_it(make_device, said, make_run):
    nist = "standard: NIST SP 800-131A Revision 2, section 3"
    for key, sources in (
        ("rsa 1024", (nist, "rfc: RFC 9325 section 4.5")),
        ("ec secp192r1", (nist,)),
        ("dsa 1024", (nist,)),
    ):
        (finding,) = found(make_run([said(make_device("10.0.0.1"), *shown(key))], []))
        assert finding.references == sources


@pytest.mark.parametrize("digest", ["md5", "sha1"])
def test_a_broken_hash_matters_where_an_issuer_signed(make_device, said, make_run, digest):
    own = said(make_device("10.0.0.1"), *shown("rsa 2048", f"{digest} rsa"))
    issued = said(make_device("10.0.0.2"), *shown("rsa 2048", f"{digest} rsa", "CN=ca"))
    first, second = found(make_run([own, issued], []))
    assert (first.severity, second.severity) == (Severity.INFO, Severity.LOW)
    assert "no weakness by itself" in first.detail
    assert "CN=ca signed it" in second.detail


def test_the_worst_of_several_in_one_finding(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), *shown("rsa 512", "sha1 rsa"))
    (one,) = found(make_run([device], []))
    assert one.severity is Severity.MEDIUM
    assert one.title.endswith("shows a certificate with a short key (RSA, 512 bits)")
    assert "The RSA key has 512 bits" in one.detail
    assert "SHA-1" in one.detail
    assert one.evidence == ("e3", "e4")
