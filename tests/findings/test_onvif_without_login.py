from camscan.findings.onvif_without_login import OnvifWithoutLogin
from camscan.model.finding import Severity

RULE = OnvifWithoutLogin()
OPEN = {80: ("open", "onvif")}


def test_device_information_without_a_login_is_low(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        ("onvif.model", "XM530", "onvif", 8899),
        ("onvif.serial", "1234abcd", "onvif", 8899),
        ports={8899: ("open", "onvif")},
    )
    run = make_run([device], [])
    (found,) = RULE.findings(run)
    assert found.severity is Severity.LOW
    assert found.detail == (
        "GetDeviceInformation on port 8899 was answered without a login: model, serial number."
    )
    assert found.evidence == ("e1", "e2")
    assert list(RULE.skips(run)) == []


def test_a_refusal_is_none(make_device, said, make_run):
    device = said(
        make_device("10.0.0.1"),
        ("onvif.fault", "Sender/ter:NotAuthorized", "onvif", 80),
        ports=OPEN,
    )
    run = make_run([device], [])
    assert list(RULE.findings(run)) == []
    assert list(RULE.skips(run)) == []


def test_why_nothing_can_be_said(make_device, said, asked_for):
    recorded = said(make_device("10.0.0.1"), ("onvif.model", "XM530", "pcap", 80))
    run = asked_for(
        [recorded, make_device("10.0.0.2"), said(make_device("10.0.0.3"), ports=OPEN)], [80]
    )
    assert list(RULE.findings(run)) == []
    assert [skip.reason for skip in RULE.skips(run)] == [
        "ONVIF was seen by others; whether after a login is not known: 10.0.0.1",
        "ONVIF was not asked: 10.0.0.2",
    ]
