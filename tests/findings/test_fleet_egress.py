from camscan.findings.fleet_egress import FleetEgress
from camscan.model.finding import Severity


def found(run):
    return list(FleetEgress().findings(run))


def test_one_event_however_many_devices(make_device, make_run, talk, together):
    addresses = [f"10.0.0.{n}" for n in range(1, 61)]
    run = make_run(map(make_device, addresses), [talk(a, together) for a in addresses])
    (finding,) = found(run)
    assert finding.device is None
    assert finding.severity is Severity.HIGH
    assert finding.title == (
        "60 Hikvision devices were seen to begin to contact 36.110.1.1 together"
        " in CN (DB-IP, 2026-06-01)"
    )
    assert "3 of 5 devices of Hikvision" in finding.detail
    assert "10.0.0.40 and 20 more" in finding.detail
    assert len(finding.evidence) == 60


def test_other_makers_and_other_sentences_are_events_of_their_own(
    make_device, make_run, talk, together
):
    devices = [make_device("10.0.0.1"), make_device("10.0.0.2", maker="Dahua")]
    devices.append(make_device("10.0.0.3", maker=None))
    other = ("fleet-start: 4 of 5 devices of Hikvision called 36.110.1.9",)
    run = make_run(
        devices,
        [
            talk("10.0.0.1", together),
            talk("10.0.0.2", together),
            talk("10.0.0.3", together),
            talk("10.0.0.1", other, number=2, peer="36.110.1.9"),
        ],
    )
    findings = found(run)
    assert len({finding.id for finding in findings}) == len(findings) == 4
    assert any("unknown-maker" in finding.title for finding in findings)


def relayed(talk, *hosts, port=32100, reasons=()):
    said = ("fleet-start: 2 of 5 devices of Hikvision called relays", *reasons)
    return [
        talk(address, said, number=host, peer=f"47.91.70.{host}", protocol="udp", port=port)
        for host in hosts
        for address in ("10.0.0.1", "10.0.0.2")
    ]


def test_several_destinations_are_one_event(make_device, make_run, talk):
    devices = [make_device("10.0.0.1"), make_device("10.0.0.2")]
    (finding,) = found(make_run(devices, relayed(talk, 1, 2)))
    assert finding.title == (
        "2 Hikvision devices were seen to begin to contact 2 destinations (47.91.70.1, 47.91.70.2)"
        " together"
    )
    assert "block the destinations" in finding.advice
    assert len(finding.evidence) == 4
    (more,) = found(make_run(devices, relayed(talk, 1, 2, 3)))
    assert more.id != finding.id


def test_volleys_are_the_same_event_whatever_the_relays(make_device, make_run, talk):
    devices = [make_device("10.0.0.1"), make_device("10.0.0.2")]
    volley = ("hole-punching: sent to 4 outside hosts",)
    runs = [
        make_run(devices, relayed(talk, *hosts, port=port, reasons=volley))
        for hosts, port in (((1, 2), 32100), ((3, 4, 5), 32100), ((1, 2), 6000))
    ]
    first, second, third = (found(run)[0].id for run in runs)
    assert first == second != third


def test_nothing_together_is_no_event(make_device, make_run, talk, together):
    run = make_run([make_device("10.0.0.1")], [talk("10.0.0.1")])
    assert found(run) == []
    assert found(make_run([], [talk("10.0.0.1", together)])) == []
