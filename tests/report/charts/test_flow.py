"""The flow picture."""

from __future__ import annotations

import msgspec
from lxml import etree

from camscan.model.conversation import Verdict
from camscan.model.run import Run
from camscan.report.charts.flow import NOWHERE, OTHERS, Band, egress_bands, flow


def with_talks(run: Run, *changes: dict[str, object]) -> Run:
    first = run.conversations[0]
    talks = [
        msgspec.structs.replace(first, id=f"c{n}", **change) for n, change in enumerate(changes)
    ]
    return msgspec.structs.replace(run, conversations=tuple(talks))


def test_a_band_counts_devices_not_conversations(sample_run: Run) -> None:
    device = sample_run.devices[0].id
    run = with_talks(
        sample_run,
        {"device": device, "country": "CN", "verdict": Verdict.UNEXPECTED},
        {"device": device, "country": "CN", "verdict": Verdict.UNEXPECTED, "port": 99},
        {"device": None, "country": None, "verdict": Verdict.VENDOR_CLOUD},
        {"device": device, "verdict": Verdict.INTERNAL},
    )
    assert set(egress_bands(run)) == {
        Band(maker="Hikvision", country="CN", verdict=Verdict.UNEXPECTED, devices=1),
        Band(maker="unknown", country=NOWHERE, verdict=Verdict.VENDOR_CLOUD, devices=1),
    }


def test_many_countries_fold_but_never_the_unexpected(sample_run: Run) -> None:
    codes = [f"{a}{b}" for a in "ABC" for b in "XYZ"]
    quiet = [
        {"device": f"{c}{n}", "country": c, "verdict": Verdict.EXPECTED}
        for c in codes
        for n in range(3)
    ]
    bad = {"device": "one", "country": "ZZ", "verdict": Verdict.UNEXPECTED}
    bands = egress_bands(with_talks(sample_run, *quiet, bad))
    countries = {band.country for band in bands}
    assert "ZZ" in countries
    assert OTHERS in countries
    assert len(countries) == 9
    assert sum(band.devices for band in bands) == 28


def test_the_picture_says_each_band_in_words() -> None:
    bands = [
        Band(maker='<b>"M', country="CN", verdict=Verdict.UNEXPECTED, devices=3),
        Band(maker="Axis", country="IE", verdict=Verdict.VENDOR_CLOUD, devices=90),
    ]
    text = flow("k", "Calls", bands)
    svg = etree.fromstring(text)
    paths = svg.xpath("//*[local-name()='path']")
    assert [path.get("class") for path in paths] == [
        "flow-band flow-vendor-cloud",
        "flow-band flow-unexpected",
    ]
    assert '3 devices of <b>"M to CN: unexpected' in svg[1].text
    assert "<b>" not in text
    assert "style" not in text


def test_no_bands_no_picture() -> None:
    assert flow("k", "Calls", []) == ""
