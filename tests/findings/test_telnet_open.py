from camscan.findings.telnet_open import TelnetOpen
from camscan.model.finding import Severity


def test_a_login_by_telnet_is_high(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        ("telnet.banner", "LocalHost login:", "banner", 23),
        ports={23: ("open", "telnet")},
    )
    run = make_run([device], [])
    (found,) = TelnetOpen().findings(run)
    assert (found.rule, found.severity) == ("telnet-open", Severity.HIGH)
    assert "answers by Telnet on port 23" in found.title
    assert "Nothing was typed." in found.detail
    assert list(TelnetOpen().skips(run)) == []


def test_telnet_that_was_not_asked(make_device, make_run):
    (skip,) = TelnetOpen().skips(make_run([make_device("10.0.0.1")], []))
    assert skip.what == "telnet-open"
