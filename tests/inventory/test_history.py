"""One device from run to run."""

from msgspec.structs import replace

from camscan.inventory.history import Trail

MAC = "c0:56:e3:00:00:01"


def follow(device, *runs):
    return [
        (each.run, each.device.addresses[0] if each.device else None, each.reason)
        for each in Trail(device).follow(runs)
    ]


def test_known_again_by_its_keys(keyed, scanned):
    newest = keyed("10.1.0.9", mac=MAC, serial="SN1")
    runs = [
        scanned(keyed("10.1.0.5", mac=MAC, name="d1"), name="a"),
        scanned(keyed("10.1.0.6", serial="SN1", name="d2"), keyed("10.1.0.9"), name="b"),
        scanned(newest, name="c"),
    ]
    assert follow(newest, *runs) == [
        ("a", "10.1.0.5", None),
        ("b", "10.1.0.6", None),
        ("c", "10.1.0.9", None),
    ]


def test_absent_or_not_asked(keyed, scanned):
    device = keyed("10.1.1.5", mac=MAC)
    here = keyed("10.1.0.5", mac=MAC)
    assert follow(device, scanned(name="a"), scanned(here, name="b"), scanned(name="c")) == [
        ("a", None, "nothing at all answered in 10.1.1.0/24"),
        ("b", "10.1.0.5", None),
        ("c", None, None),
    ]


def test_by_its_address_where_nothing_speaks_against_it(keyed, scanned):
    device = keyed("10.1.0.5", mac=MAC)
    without = keyed("10.1.0.5", name="d1")
    other = keyed("10.1.0.5", mac="c0:56:e3:00:00:02")
    runs = (scanned(without, name="a"), scanned(other, name="b"))
    assert follow(device, *runs) == [("a", "10.1.0.5", None), ("b", None, None)]


def test_a_key_that_two_have_says_nothing(keyed, scanned):
    device = keyed("10.1.0.5", serial="SN1")
    twins = [replace(keyed(f"10.1.0.{n}", serial="SN1"), id=f"t{n}") for n in (7, 8)]
    assert follow(device, scanned(*twins, name="a")) == [("a", None, None)]
