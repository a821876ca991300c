"""Devices by what a scan concluded of them, and the shipped lists."""

from __future__ import annotations

import pytest

from camscan.lists.judge import Judge
from camscan.lists.load import lists_of
from camscan.model.device import Device
from camscan.model.identity import Band, Claim, EntityClaim, FirmwareClaim
from tests.shipped import shipped_data


@pytest.fixture(scope="session")
def shipped():
    """The shipped fingerprints."""
    return shipped_data()


@pytest.fixture(scope="session")
def data(shipped):
    """The shipped lists and advisories."""
    return lists_of(shipped)


@pytest.fixture(scope="session")
def judge(data):
    return Judge(data)


@pytest.fixture(scope="session")
def make(shipped):
    """A device of a maker and brand by id; bands are `confirmed` unless given."""

    def entity(name, table, band):
        if name is None:
            return None
        known = table.get(name)
        return EntityClaim(
            id=name,
            name=known.name if known else name.title(),
            country=known.country if known else None,
            band=band,
            evidence=("e1", "e2"),
        )

    def device(
        maker=None,
        brand=None,
        model=None,
        firmware=None,
        *,
        kind="camera",
        band=Band.CONFIRMED,
        build=None,
        version=None,
        address="10.0.0.1",
    ):
        return Device(
            id=f"d-{address}",
            addresses=(address,),
            mac=None,
            site="Ripon",
            class_=Claim(value=kind, band=Band.CONFIRMED) if kind else None,
            maker=entity(maker, shipped.makers, band),
            brand=entity(brand, shipped.brands, band),
            platform=None,
            model=Claim(value=model, band=band, evidence=("e3",)) if model else None,
            firmware=FirmwareClaim(
                value=firmware, version=version, build=build, band=band, evidence=("e4",)
            )
            if firmware
            else None,
            serial=None,
        )

    return device
