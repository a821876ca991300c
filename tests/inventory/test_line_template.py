"""Lines of devices that are judged alike."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from camscan.inventory.line_template import LineTemplate
from camscan.model.device import Device
from camscan.model.identity import Band, Claim, EntityClaim, Rival

FIRST = Device(
    id="first",
    addresses=(),
    mac="00:00:00:00:00:01",
    site=None,
    class_=Claim(value="100 % camera", band=Band.PROBABLE, evidence=("e1", "e2"), rules=("r",)),
    maker=EntityClaim(
        id="m",
        name='M\xff"%b',
        country=None,
        band=Band.POSSIBLE,
        evidence=("e2",),
        rivals=(Rival(value="n", band=Band.POSSIBLE, evidence=("e1",)),),
    ),
    brand=None,
    platform=Claim(value="\x00e1", band=Band.POSSIBLE),
    model=Claim(value="one", band=Band.CONFIRMED, evidence=("e2", "e1")),
    firmware=None,
    serial="fixed by its rule",
    alternatives=("maker: n (possible)",),
)


def filled(own: dict[str, str], name: str = "first") -> bytes:
    template = LineTemplate(FIRST, (), ["e1", "e2"], own)
    text = msgspec.json.encode(name)
    values = [msgspec.json.encode(own[attribute]) for attribute in template.own]
    # What says something stands behind and between what does not.
    ids = [b"x", b"1", b"x", b"2"]
    return template.filling([1, 3]).line([text, b"[]", b"[]", b"[]", *values, *ids])


def test_what_is_filled_with_its_own_is_what_it_was_made_of() -> None:
    assert filled({"mac": "00:00:00:00:00:01", "model": "one"}) == msgspec.json.encode(FIRST)


def test_another_device_has_its_own_values_and_nothing_else() -> None:
    assert FIRST.model is not None
    name, model = 'b"%b\xff', "\U0001f4f7\x00"
    another = replace(FIRST, id=name, mac="x", model=replace(FIRST.model, value=model))
    assert filled({"mac": "x", "model": model}, name) == msgspec.json.encode(another)
