"""The estates: exact counts, nothing shared that should not be, the same at every call."""

from __future__ import annotations

from collections import Counter

import pytest

from camscan.errors import UsageError
from camscan.lab.device import UNIQUE
from camscan.lab.estates import ESTATES, district, estate, small

BASE = "10.66"


def test_the_district_has_the_published_counts() -> None:
    truth = district().truth(BASE).values()
    kinds = Counter(item.kind for item in truth)
    assert kinds["camera"] == 212
    assert kinds["recorder"] == 8
    assert len(truth) - kinds["camera"] - kinds["recorder"] == 150


def test_86_cameras_are_made_by_hikvision_and_9_tell_no_maker() -> None:
    cameras = [item for item in district().truth(BASE).values() if item.kind == "camera"]
    brands = Counter(item.brand for item in cameras if item.maker == "hikvision")
    assert brands.pop("hikvision") == 79
    assert sum(brands.values()) == 7
    assert sum(item.maker is None for item in cameras) == 9


def test_sites_and_the_silent_subnet() -> None:
    data = district()
    assert {site.name for site in data.sites} == {
        "harrogate", "knaresborough", "ripon",
        "leisure-harrogate", "leisure-knaresborough", "leisure-ripon",
    }  # fmt: skip
    for site in data.sites:
        cameras = [
            item
            for item in data.truth(BASE).values()
            if item.site == site.name and item.kind == "camera"
        ]
        assert cameras, site.name
    assert data.silent == (7,)
    assert not any(device.subnet in data.silent for device in data.devices)


@pytest.mark.parametrize("name", sorted(ESTATES))
def test_no_two_devices_share_an_address_mac_serial_realm_or_uuid(name: str) -> None:
    devices = estate(name).devices
    addresses = [device.address(BASE) for device in devices]
    assert len(addresses) == len(set(addresses))
    for field in UNIQUE:
        values = [device.values[field] for device in devices if field in device.values]
        assert len(values) == len(set(values)), field
        assert not any("{" in value for value in values), field


def test_the_same_estate_at_every_call() -> None:
    assert district() == district()


def test_macs_carry_their_persona_s_prefix() -> None:
    from camscan.lab.persona import personas

    for device in district().devices:
        assert device.mac[:8] in personas()[device.persona].persona.ouis


def test_an_unknown_estate_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="district, hostile, small"):
        estate("nowhere")


def test_small_is_small() -> None:
    assert len(small().devices) == 12
