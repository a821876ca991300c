from camscan.findings.critical_firmware import CriticalFirmware
from camscan.model.finding import Severity


def test_severity_is_by_base_score(make_claimed, make_run, judge):
    devices = [
        make_claimed("10.0.0.1", "zavio", "zavio", "CB3211", "M2.1.6.05"),
        make_claimed(
            "10.0.0.2", "hikvision", "hikvision", "DS-7616NI-K2", "V4.74.210 build 240108"
        ),
        make_claimed("10.0.0.3", "hikvision", "hikvision", "DS-2CD2032F-I", "V5.3.0 build 150513"),
        make_claimed("10.0.0.4", "zavio", "zavio", "CB3211", "M2.2.0.01"),
    ]
    found = list(CriticalFirmware(judge).findings(make_run(devices, [])))
    assert [(f.device, f.severity) for f in found] == [
        ("d-10.0.0.1", Severity.HIGH),
        ("d-10.0.0.2", Severity.MEDIUM),
    ]


def test_an_unread_version_is_a_skip(make_claimed, make_run, judge):
    device = make_claimed("10.0.0.1", "hikvision", "hikvision", "DS-7616NI-K2", "odd")
    (skip,) = CriticalFirmware(judge).skips(make_run([device], []))
    assert skip.what == "critical-firmware"
