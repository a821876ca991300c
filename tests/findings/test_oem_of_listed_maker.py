from camscan.findings.oem_of_listed_maker import OemOfListedMaker
from camscan.model.finding import Severity


def test_another_brand_made_by_a_listed_company(make_claimed, make_run, judge):
    devices = [
        make_claimed("10.0.0.1", "dahua", "honeywell", "H4W2PER2"),
        make_claimed("10.0.0.2", "hikvision", "hikvision"),
        make_claimed("10.0.0.3", "hikvision", "hilook"),
        make_claimed("10.0.0.4", None, "honeywell", "HC30W45R3"),
        make_claimed("10.0.0.5", "tvt", "speco"),
    ]
    run = make_run(devices, [])
    (found,) = OemOfListedMaker(judge).findings(run)
    assert (found.device, found.severity) == ("d-10.0.0.1", Severity.LOW)
    assert found.title == (
        "Honeywell camera 10.0.0.1 (Ripon) is made by Dahua, a company that 4 lists name"
    )
    assert "→ brand Honeywell (confirmed; evidence e1) → maker Dahua (confirmed" in found.detail
    (skip,) = OemOfListedMaker(judge).skips(run)
    assert skip.reason == "the brand is known and who makes it is not: 10.0.0.4"
