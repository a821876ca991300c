"""Devices that are elsewhere."""

from camscan.findings.camera_moved import CameraMoved
from camscan.inventory.compare import compare
from camscan.model.finding import Severity

MAC = "c0:56:e3:00:00:01"


def rule(before, after):
    return CameraMoved(compare(before, after))


def test_another_address(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC), name="r0")
    after = scanned(keyed("10.1.0.9", mac=MAC))
    made = rule(before, after)
    (found,) = made.findings(after)
    assert (found.severity, found.device) == (Severity.LOW, f"d{MAC}")
    assert found.title == (
        "Hikvision camera 10.1.0.9 (Town) has another address than in the baseline"
    )
    assert found.detail.startswith("address 10.1.0.5 → 10.1.0.9. The same device by MAC")
    assert list(made.skips(after)) == []


def test_site_and_switch_port_are_one_finding(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC, switch="core 7"))
    after = scanned(keyed("10.1.0.5", mac=MAC, switch="core 9", site="Ripon"))
    (found,) = rule(before, after).findings(after)
    assert found.severity is Severity.MEDIUM
    assert "another site and another switch port" in found.title
    other = scanned(keyed("10.1.0.5", mac=MAC, switch="core 8", site="Ripon"))
    (elsewhere,) = rule(before, other).findings(other)
    assert elsewhere.id != found.id, "moved again is another finding"


def test_what_is_no_camera_may_move(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC, kind="other"))
    after = scanned(keyed("10.1.0.6", mac=MAC, kind="other"))
    assert list(rule(before, after).findings(after)) == []
