"""Devices of two runs side by side."""

from msgspec.structs import replace

from camscan.inventory.keys import Key
from camscan.inventory.pairing import device_keys, pair, pair_devices, same_device_by_keys

MAC, OTHER = "c0:56:e3:00:00:01", "c0:56:e3:00:00:02"


def pairs(pairing):
    return [(one.addresses[0], two.addresses[0]) for one, two in pairing.same]


def test_a_key_goes_before_an_address(keyed, scanned):
    before = scanned(keyed("10.1.0.5", mac=MAC))
    without = keyed("10.1.0.5", name="d1")
    after = scanned(without, keyed("10.1.0.9", mac=MAC, name="d2"))
    found = pair(before, after)
    assert pairs(found) == [("10.1.0.5", "10.1.0.9")]
    assert found.new == (without,)
    assert found.missing == ()


def test_another_device_at_the_same_address(keyed, scanned):
    before, after = keyed("10.1.0.5", mac=MAC), keyed("10.1.0.5", mac=OTHER)
    found = pair(scanned(before), scanned(after))
    assert (found.same, found.new, found.missing) == ((), (after,), (before,))


def test_over_routers_the_address_is_all_there_is(keyed, scanned):
    before = keyed("10.1.0.5", mac=MAC)
    after = keyed("10.1.0.5", name="d1")
    assert pairs(pair(scanned(before), scanned(after))) == [("10.1.0.5", "10.1.0.5")]
    elsewhere = replace(after, site="Ripon")
    assert pair(scanned(before), scanned(elsewhere)).same == ()
    nowhere = replace(after, site=None)
    assert pair(scanned(before), scanned(nowhere)).new == ()


def test_without_a_key_class_and_maker_must_not_speak_against_it(keyed, scanned):
    before = keyed("10.1.0.5", name="d1")
    for other in (
        keyed("10.1.0.5", name="d1", kind="recorder"),
        keyed("10.1.0.5", name="d1", maker="dahua"),
    ):
        assert pair(scanned(before), scanned(other)).same == ()
    vague = keyed("10.1.0.5", name="d1", kind=None, maker=None)
    assert pairs(pair(scanned(before), scanned(vague))) == [("10.1.0.5", "10.1.0.5")]
    known = keyed("10.1.0.5", mac=MAC)
    assert len(pair(scanned(known), scanned(keyed("10.1.0.5", mac=MAC, maker="dahua"))).same) == 1


def test_a_key_that_several_have_is_none(keyed, scanned):
    before = [keyed(f"10.1.0.{n}", serial="5", name=f"a{n}") for n in (1, 2)]
    after = [keyed(f"10.1.0.{n}", serial="5", name=f"b{n}") for n in (3, 4)]
    found = pair_devices(before, after)
    assert (found.same, len(found.new), len(found.missing)) == ((), 2, 2)


def test_keys_without_evidence(keyed):
    device = replace(keyed("10.1.0.5", mac=MAC, serial="SN1"), evidence=())
    assert device_keys(device) == {Key("mac", MAC), Key("serial", "sn1")}


def test_same_by_keys():
    mac, serial = Key("mac", MAC), Key("serial", "1")
    assert same_device_by_keys(frozenset({mac, serial}), frozenset({mac}))
    assert not same_device_by_keys(frozenset({mac, serial}), frozenset({mac, Key("serial", "2")}))
    assert not same_device_by_keys(frozenset(), frozenset())
    shared = frozenset({Key("certificate", "1")})
    assert not same_device_by_keys(shared, shared)
