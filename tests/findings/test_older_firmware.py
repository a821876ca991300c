"""Firmware that went back."""

from camscan.findings.older_firmware import OlderFirmware
from camscan.inventory.compare import compare
from camscan.model.finding import Severity

MAC = "c0:56:e3:00:00:01"


def found(keyed, scanned, was, now, **more):
    after = scanned(keyed("10.1.0.5", mac=MAC, firmware=now, **more))
    rule = OlderFirmware(compare(scanned(keyed("10.1.0.5", mac=MAC, firmware=was, **more)), after))
    assert list(rule.skips(after)) == []
    return list(rule.findings(after))


def test_older(keyed, scanned):
    (finding,) = found(keyed, scanned, "5.5.0", "5.4.5")
    assert finding.severity is Severity.MEDIUM
    assert finding.title == (
        "Hikvision camera 10.1.0.5 (Town) has older firmware than in the baseline"
    )
    assert finding.detail.startswith("5.5.0 → 5.4.5; the baseline is run r of")


def test_newer_the_same_and_unknown_order(keyed, scanned):
    for was, now in (("5.4.5", "5.5.0"), ("5.4.5", "5.4.5"), ("5.5.0", "strange")):
        assert found(keyed, scanned, was, now) == []
    assert found(keyed, scanned, "5.5.0", "5.4.5", kind="other") == []
