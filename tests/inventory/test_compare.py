"""What changed between two runs."""

import pytest
from msgspec.structs import replace

from camscan.inventory.compare import compare, switch_port

MAC, OTHER = "c0:56:e3:00:00:01", "c0:56:e3:00:00:02"


def test_nothing_changed(keyed, scanned):
    run = scanned(keyed("10.1.0.5", mac=MAC, firmware="5.4.5"), keyed("10.1.0.6"))
    found = compare(run, run)
    assert len(found.same) == 2
    assert (found.new, found.gone, found.moved, found.firmware) == ((), (), (), ())


def test_new_and_gone_say_whether_the_other_run_asked(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC), keyed("10.1.1.5", name="d2"))
    after = scanned(keyed("10.1.0.7", mac=OTHER), keyed("10.9.0.7", name="d9"))
    found = compare(before, after)
    assert [(each.device.addresses[0], each.reason) for each in found.new] == [
        ("10.1.0.7", None),
        ("10.9.0.7", "10.9.0.7 is not in the scope"),
    ]
    assert [(each.device.addresses[0], each.reason) for each in found.gone] == [
        ("10.1.0.5", None),
        ("10.1.1.5", "nothing at all answered in 10.1.1.0/24"),
    ]


def test_replaced_by_another_device(keyed, scanned):
    new = keyed("10.1.1.5", mac=OTHER)
    (gone,) = compare(scanned(keyed("10.1.1.5", mac=MAC)), scanned(new)).gone
    assert (gone.reason, gone.replaced) == (None, new)


def test_moved(keyed, scanned):
    old = keyed("10.1.0.5", mac=MAC, switch="core 1/0/7")
    new = keyed("10.1.0.9", mac=MAC, site="Ripon", switch="core 1/0/9")
    moves = compare(scanned(old), scanned(new)).moved
    assert [(move.what, move.was, move.now) for move in moves] == [
        ("address", "10.1.0.5", "10.1.0.9"),
        ("site", "Town", "Ripon"),
        ("switch port", "core 1/0/7", "core 1/0/9"),
    ]
    more = replace(new, addresses=("10.1.0.5", "fd00::5"), site="Town", evidence=())
    assert compare(scanned(old), scanned(more)).moved == (), "one address is still the same"
    assert switch_port(more) is None


@pytest.mark.parametrize(
    ("was", "now", "older"),
    [("5.5.0", "5.4.5", True), ("5.4.5", "5.5.0", False), ("5.4.5", "strange", None)],
)
def test_firmware(keyed, scanned, was, now, older):
    before = scanned(keyed("10.1.0.5", mac=MAC, firmware=was))
    after = scanned(keyed("10.1.0.5", mac=MAC, firmware=now))
    (change,) = compare(before, after).firmware
    assert (change.was, change.now, change.older) == (was, now, older)


def test_firmware_of_which_nobody_can_tell_or_that_is_the_same(keyed, scanned):
    old = keyed("10.1.0.5", mac=MAC, firmware="5.5.0")
    printed = replace(old, firmware=replace(old.firmware, value="V5.5.0"))
    assert compare(scanned(old), scanned(printed)).firmware == ()
    other = keyed("10.1.0.5", mac=MAC, firmware="5.4.0")
    other = replace(other, model=replace(other.model, value="another"))
    (change,) = compare(scanned(old), scanned(other)).firmware
    assert change.older is None, "makers number each product by itself"
