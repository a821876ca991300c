"""Devices that only the baseline has."""

from camscan.findings.camera_gone import CameraGone
from camscan.inventory.compare import compare

MAC, OTHER = "c0:56:e3:00:00:01", "c0:56:e3:00:00:02"


def rule(before, after):
    return CameraGone(compare(before, after))


def test_gone_where_it_was_asked(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC, serial="SN1"), keyed("10.1.0.6", kind="other"))
    (found,) = rule(before, scanned()).findings(scanned())
    assert found.device == f"d{MAC}"
    assert found.title == "Hikvision camera 10.1.0.5 is gone since the baseline"
    assert f"site Town (MAC {MAC}, serial SN1)" in found.detail
    assert found.detail.endswith("its address was asked and nothing answered.")


def test_not_checked_where_it_was_not_asked(keyed, scanned):
    before = scanned(keyed("10.1.1.5"), keyed("10.1.1.6"), keyed("10.9.0.7"))
    made = rule(before, scanned())
    assert list(made.findings(scanned())) == []
    first, second = made.skips(scanned())
    assert first.subject == second.subject == "baseline"
    assert first.reason == (
        "nothing at all answered in 10.1.1.0/24: whether 2 devices of the baseline are gone:"
        " 10.1.1.5, 10.1.1.6"
    )
    assert second.reason.startswith("10.9.0.7 is not in the scope: whether 1 device")


def test_another_device_at_its_address(keyed, scanned):
    before, after = scanned(keyed("10.1.0.5", mac=MAC)), scanned(keyed("10.1.0.5", mac=OTHER))
    (found,) = rule(before, after).findings(after)
    assert "another device answers at its address now: Hikvision camera" in found.detail
