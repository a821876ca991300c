import pytest

from camscan.findings.open_service import Service, not_asked, open_services
from camscan.model.finding import Severity

SERVICE = Service(
    name="Gopher",
    port=70,
    field="ssh.banner",
    severity=Severity.HIGH,
    what="It is old.",
    advice="Switch it off.",
    references=("rfc: RFC 1436",),
)


def found(run):
    return list(open_services("a-rule", run, SERVICE))


def test_a_greeting_shows_it_on_any_port(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), ("ssh.banner", "hello", "banner", 7070))
    (one,) = found(make_run([device], []))
    assert one.severity is Severity.HIGH
    assert one.title.endswith("answers by Gopher on port 7070")
    assert one.evidence == ("e1",)
    assert list(not_asked("a-rule", make_run([device], []), SERVICE)) == []


def test_a_port_alone_is_low_and_says_so(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), ports={70: ("open", None)})
    (one,) = found(make_run([device], []))
    assert one.severity is Severity.LOW
    assert "what listens there is not known" in one.detail


@pytest.mark.parametrize("status", ["closed", "filtered"])
def test_a_port_that_is_not_open(make_device, said, make_run, status):
    run = make_run([said(make_device("10.0.0.1"), ports={70: (status, None)})], [])
    assert found(run) == []
    assert list(not_asked("a-rule", run, SERVICE)) == []


def test_a_port_that_was_not_asked(make_device, said, make_run):
    run = make_run([said(make_device("10.0.0.1"), ports={80: ("open", None)})], [])
    assert found(run) == []
    (skip,) = not_asked("a-rule", run, SERVICE)
    assert skip.reason == "port 70 was not asked (--ports +70): 10.0.0.1"


def test_what_is_no_camera_is_left_alone(make_device, said, make_run):
    printer = said(make_device("10.0.0.1", kind="other"), ("ssh.banner", "hello", "banner", 70))
    assert found(make_run([printer], [])) == []
