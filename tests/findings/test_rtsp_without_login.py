import pytest

from camscan.findings.rtsp_without_login import RtspWithoutLogin
from camscan.model.finding import Severity

RULE = RtspWithoutLogin()
OPEN = {554: ("open", "rtsp")}
SDP = "v=0\ns=Media\nm=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 0"


def status(code, method="rtsp", port=554):
    return ("rtsp.status", code, method, port)


def sdp(text=SDP, method="rtsp", port=554):
    return ("rtsp.sdp", text, method, port)


def test_a_described_stream_is_high(make_device, said, make_run):
    run = make_run([said(make_device("10.0.0.1"), status("200"), sdp(), ports=OPEN)], [])
    (found,) = RULE.findings(run)
    assert found.severity is Severity.HIGH
    assert found.title.endswith("describes its stream without a login")
    assert "of video and audio" in found.detail
    assert "no picture was fetched" in found.detail
    assert found.evidence == ("e2",)
    assert list(RULE.skips(run)) == []


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("v=0\ns=x", Severity.LOW, "of no stream"),
        ("v=0\nm=application 0 RTP/AVP 98", Severity.HIGH, "of other media"),
        ("v=0\nm=VIDEO 0 RTP/AVP 26", Severity.HIGH, "of video."),
    ],
)
def test_what_it_describes(make_device, said, make_run, text, severity, words):
    run = make_run([said(make_device("10.0.0.1"), status("200"), sdp(text), ports=OPEN)], [])
    (found,) = RULE.findings(run)
    assert found.severity is severity
    assert words in found.detail


def test_a_port_that_wants_a_login_is_none(make_device, said, make_run):
    refused = said(make_device("10.0.0.1"), status("200"), status("401"), ports=OPEN)
    odd = said(make_device("10.0.0.2"), status("401"), sdp(), ports=OPEN)
    run = make_run([refused, odd], [])
    assert list(RULE.findings(run)) == []
    assert list(RULE.skips(run)) == []
    other = said(
        make_device("10.0.0.3"), status("401"), status("200", port=8554), sdp(port=8554), ports=OPEN
    )
    (found,) = RULE.findings(make_run([other], []))
    assert "port 8554" in found.detail


def test_what_others_saw_says_nothing(make_device, said, make_run):
    """A capture may hold the answer to a request with a login."""
    device = said(make_device("10.0.0.1"), status("200", "pcap"), sdp(method="pcap"))
    run = make_run([device], [])
    assert list(RULE.findings(run)) == []
    (skip,) = RULE.skips(run)
    assert "after a login is not known" in skip.reason


def test_why_nothing_can_be_said(make_device, said, make_run):
    run = make_run(
        [
            make_device("10.0.0.1"),
            said(make_device("10.0.0.2"), ports=OPEN),
            said(make_device("10.0.0.3"), ports={554: ("closed", None)}),
            said(make_device("10.0.0.4"), status("404"), ports=OPEN),
        ],
        [],
    )
    assert [skip.reason for skip in RULE.skips(run)] == [
        "RTSP was not asked: 10.0.0.1",
        "an RTSP port is open and did not answer: 10.0.0.2",
        "RTSP wants no login for / and describes nothing there; no other path is tried: 10.0.0.4",
    ]
