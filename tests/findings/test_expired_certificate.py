import pytest

from camscan.findings.expired_certificate import ExpiredCertificate
from camscan.model.evidence import NO_TIME
from camscan.model.finding import Severity

RULE = ExpiredCertificate()


def shown(begin, end, issuer="CN=a"):
    told = {"subject": "CN=a", "issuer": issuer, "not_before": begin, "not_after": end}
    return [(f"tls.{field}", value, "https", 443) for field, value in told.items()]


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("2018-06-01T00:00:00Z", "2026-11-24T02:12:59Z", "that ran out on 2026-11-24"),
        ("2026-11-24T02:13:01Z", "2036-01-01T00:00:00Z", "that is valid only from 2026-11-24"),
        ("2018-06-01T00:00:00Z", "2026-11-24T02:13:00Z", None),
        ("2026-11-24T02:13:00Z", "9999-12-31T23:59:59Z", None),
    ],
)
def test_judged_at_the_moment_when_it_was_seen(make_device, said, make_run, begin, end, words):
    run = make_run([said(make_device("10.0.0.1"), *shown(begin, end))], [])
    found = list(RULE.findings(run))
    assert [one.severity for one in found] == [Severity.LOW] * bool(words)
    assert all(one.title.endswith(words or "") for one in found)
    assert list(RULE.skips(run)) == []


def test_what_is_told(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        *shown("2018-06-01T00:00:00Z", "2020-06-01T00:00:00Z", "CN=Device CA"),
    )
    (found,) = RULE.findings(make_run([device], []))
    assert found.detail == (
        "Certificate on port 443 of CN=a, issued by CN=Device CA: valid from 2018-06-01 00:00 UTC"
        " until 2020-06-01 00:00 UTC, seen at 2026-11-24 02:13 UTC."
    )
    assert found.evidence == ("e3", "e4")


def test_a_record_without_a_time_is_judged_when_it_was_read(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"), *shown("2018-06-01T00:00:00Z", "2020-06-01T00:00:00Z"), at=NO_TIME
    )
    (found,) = RULE.findings(make_run([device], []))
    assert "seen at 2026-11-24 02:13 UTC" in found.detail


def test_dates_that_are_not_there(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), ("tls.subject", "CN=a", "nmap", 443))
    run = make_run([device], [])
    assert list(RULE.findings(run)) == []
    (skip,) = RULE.skips(run)
    assert skip.reason == "its certificate was read only in part: 10.0.0.1"
