import pytest

from camscan.findings.unexpected_egress import UnexpectedEgress
from camscan.model.conversation import Verdict
from camscan.model.finding import Severity, finding_id


def found(run):
    return list(UnexpectedEgress().findings(run))


def test_one_finding_per_device_and_destination(make_device, make_run, talk):
    devices = [make_device("10.0.0.1"), make_device("10.0.0.2")]
    run = make_run(
        devices,
        [
            talk("10.0.0.1"),
            talk("10.0.0.1", number=2, port=80),
            talk("10.0.0.1", number=3, peer="36.110.1.9"),
            talk("10.0.0.2"),
        ],
    )
    findings = found(run)
    assert [f.device for f in findings] == ["d-10.0.0.1", "d-10.0.0.1", "d-10.0.0.2"]
    assert findings[0].evidence == ("c-10.0.0.1-1", "c-10.0.0.1-2")
    assert findings[0].id == finding_id("unexpected-egress", "d-10.0.0.1", "36.110.1.1")
    assert len({f.id for f in findings}) == 3


def test_wording(make_device, make_run, talk):
    (finding,) = found(make_run([make_device("10.0.0.1")], [talk("10.0.0.1")]))
    assert finding.title == (
        "Hikvision camera 10.0.0.1 (Ripon) was seen to try to contact 36.110.1.1"
        " in CN (DB-IP, 2026-06-01)"
    )
    assert finding.severity is Severity.HIGH
    assert "1 connection or try on tcp/8000 from 2026-11-24 02:13:00" in finding.detail
    assert "300 bytes out and 200 bytes in; what they carried is not known" in finding.detail
    assert "nothing is known to break" in finding.advice
    assert "nft add rule" in finding.advice
    assert not {"backdoor", "spyware", "safe", "vulnerable"} & set(
        (finding.title + finding.detail + finding.advice).split()
    )


def test_unknown_bytes_are_unknown(make_device, make_run, talk):
    (finding,) = found(make_run([make_device("10.0.0.1")], [talk("10.0.0.1", bytes_out=None)]))
    assert "unknown bytes out" in finding.detail


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.UNEXPECTED])
def test_other_verdicts_are_no_findings(make_device, make_run, talk, verdict):
    run = make_run([make_device("10.0.0.1")], [talk("10.0.0.1", verdict=verdict)])
    assert found(run) == []


def test_clocks_and_resolvers_are_low_and_say_what_to_give(make_device, make_run, talk):
    clock = talk("10.0.0.1", ("foreign-ntp: x is a clock outside the network",), port=123)
    resolver = talk("10.0.0.2", ("foreign-dns: x is a name server outside",), port=53)
    run = make_run([make_device("10.0.0.1"), make_device("10.0.0.2")], [clock, resolver])
    first, second = found(run)
    assert first.severity is second.severity is Severity.LOW
    assert "DHCP option 42" in first.advice
    assert "name server inside" in second.advice


def test_an_address_without_a_device(make_run, talk):
    run = make_run([], [talk("10.0.0.1", device=None), talk("10.0.0.2", device=None)])
    findings = found(run)
    assert [f.device for f in findings] == [None, None]
    assert findings[0].title.startswith("device 10.0.0.1 was seen")
    assert findings[0].id != findings[1].id
