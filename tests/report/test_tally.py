"""Totals by maker and site."""

from __future__ import annotations

import msgspec

from camscan.model.identity import Band
from camscan.model.run import Run
from camscan.report.tally import by_maker, by_site, cameras, maker_name, other_brand


def test_by_maker_counts_only_cameras(sample_run: Run) -> None:
    rows = by_maker(cameras(sample_run))
    assert [(row.maker, row.cameras, row.other_brands, row.brands) for row in rows] == [
        ("Hikvision", 1, 1, (("Annke", 1),))
    ]


def test_a_possible_maker_is_unknown_and_stands_last(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    assert camera.maker is not None
    weak = msgspec.structs.replace(camera.maker, band=Band.POSSIBLE)
    second = msgspec.structs.replace(camera, id="d9", maker=weak)
    assert maker_name(second) == "unknown"
    rows = by_maker([second, second, camera])
    assert [row.maker for row in rows] == ["Hikvision", "unknown"]


def test_own_name_is_no_other_brand(sample_run: Run) -> None:
    camera = sample_run.devices[0]
    assert other_brand(camera) == "Annke"
    assert other_brand(msgspec.structs.replace(camera, brand=camera.maker)) is None
    assert other_brand(msgspec.structs.replace(camera, brand=None)) is None


def test_by_site_names_silent_subnets(sample_run: Run) -> None:
    town, rest = by_site(sample_run)
    assert (town.site, town.totals.cameras, town.totals.recorders) == ("Town", 1, 1)
    assert town.not_reached == ("10.1.1.0/24",)
    assert (rest.site, rest.totals.others) == ("no site", 1)
