"""A user's word in front of what was measured."""

from datetime import timedelta

from msgspec.structs import replace

from camscan.inventory.overrides import (
    RULE,
    Override,
    handles,
    is_word,
    measured,
    told,
    with_overrides,
)
from camscan.model.count import is_camera, made_by
from camscan.model.identity import Band
from tests.conftest import NOW

MAC = "c0:56:e3:00:00:01"


def word(key, value, **more):
    given = {"device": f"d{MAC}", "keys": (f"mac:{MAC}",), "by": "J. Smith", "at": NOW}
    return Override(key=key, value=value, **given | more)


def test_each_key(keyed, scanned):
    run = scanned(keyed("10.1.0.5", mac=MAC, kind=None), keyed("10.1.0.6"))
    said = [
        word("site", "Ripon"),
        word("maker", "axis", title="Axis", country="SE", why="label"),
        word("class", "camera"),
        word("model", "P3245"),
        word("name", "Car park"),
        word("note", "high up"),
    ]
    device, other = with_overrides(run, said).devices
    assert other is run.devices[1]
    assert device.site == "Ripon"
    assert (device.maker.name, device.maker.country, device.maker.band) == (
        "Axis",
        "SE",
        Band.CONFIRMED,
    )
    assert device.maker.rules == device.model.rules == (RULE,)
    assert is_camera(device)
    assert made_by(device, "axis")
    assert {one.key: (one.value, one.measured) for one in device.words} == {
        "site": ("Ripon", "Town"),
        "name": ("Car park", None),
        "maker": ("Axis", "Hikvision (confirmed)"),
        "model": ("P3245", "DS-2CD2032F-I (confirmed)"),
        "class": ("camera", None),
        "note": ("high up", None),
    }
    assert device.alternatives[0] == (
        "maker is the word of J. Smith, 2026-11-24 (label); measured: Hikvision (confirmed)"
    )
    assert all(map(is_word, device.alternatives))
    assert told(device.words[2]).startswith("maker is Axis, said J. Smith on 2026-11-24 (label)")
    assert told(device.words[1]) == "name is Car park, said J. Smith on 2026-11-24"


def test_again_is_the_same_and_the_measured_value_stays(keyed, scanned):
    run = scanned(keyed("10.1.0.5", mac=MAC))
    said = [word("maker", "axis", title="Axis")]
    once = with_overrides(run, said)
    assert with_overrides(once, said) == once
    later = word("maker", "bosch", at=NOW + timedelta(days=1))
    (device,) = with_overrides(once, [later, *said]).devices
    assert device.maker.id == "bosch"
    assert device.words[0].measured == "Hikvision (confirmed)"
    assert len(device.alternatives) == 1
    assert with_overrides(run, []) is run


def test_known_again_by_a_key_unless_several_have_it(keyed, scanned):
    moved = keyed("10.1.0.9", mac=MAC, name="d2")
    (device,) = with_overrides(scanned(moved), [word("site", "Ripon")]).devices
    assert device.site == "Ripon"
    twins = scanned(moved, replace(keyed("10.1.0.8", mac=MAC), id="d3"))
    assert with_overrides(twins, [word("site", "Ripon")]).devices == twins.devices


def test_handles_and_measured(keyed):
    device = keyed("10.1.0.5", mac=MAC, serial="SN1")
    assert handles(device) == (f"mac:{MAC}", "serial:sn1")
    assert measured(device, "class") == "camera (confirmed)"
    assert measured(replace(device, maker=None), "maker") is None
    assert measured(device, "note") is None
