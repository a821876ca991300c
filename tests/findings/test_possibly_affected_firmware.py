from camscan.findings.possibly_affected_firmware import PossiblyAffectedFirmware
from camscan.model.finding import Severity


def test_what_nobody_can_tell_for_sure(make_claimed, make_run, judge):
    devices = [
        make_claimed(
            "10.0.0.1", "hikvision", "hikvision", "DS-2CD2145FWD-I", "V5.5.82 build 190909"
        ),
        make_claimed("10.0.0.2", "uniview", "uniview", "IPC2122LR3-PF40-C", "IPC-B2202.6.8.180806"),
        make_claimed(
            "10.0.0.3", "hikvision", "hikvision", "DS-2CD2145FWD-I", "V5.7.15 build 240201"
        ),
    ]
    run = make_run(devices, [])
    found = list(PossiblyAffectedFirmware(judge).findings(run))
    assert [(f.device, f.severity) for f in found] == [
        ("d-10.0.0.1", Severity.MEDIUM),
        ("d-10.0.0.2", Severity.LOW),
    ]
    assert list(PossiblyAffectedFirmware(judge).skips(run)) == []
