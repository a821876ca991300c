from camscan.findings.ftp_open import FtpOpen
from camscan.model.finding import Severity


def test_an_ftp_server_is_medium(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        ("ftp.banner", "220 AXIS P3344 ready.", "banner", 21),
        ports={21: ("open", "ftp")},
    )
    run = make_run([device], [])
    (found,) = FtpOpen().findings(run)
    assert (found.rule, found.severity) == ("ftp-open", Severity.MEDIUM)
    assert "whether the device offers that was not asked" in found.detail
    assert list(FtpOpen().skips(run)) == []


def test_ftp_that_was_not_asked(make_device, make_run):
    (skip,) = FtpOpen().skips(make_run([make_device("10.0.0.1")], []))
    assert skip.reason == "port 21 was not asked (--ports +21): 10.0.0.1"
