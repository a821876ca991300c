"""Versions against bounds, one property each."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.lists.advisory import AffectsTable
from camscan.lists.bounds import Fit, Reader, fit
from camscan.model.identity import Band, FirmwareClaim
from tests.shipped import shipped_data

READER = Reader(shipped_data().firmware)
HIK = AffectsTable(models="^X", first="V5.2.0 build 140721", last="V5.4.0 build 160530")
DAHUA = AffectsTable(models="^X", before="2.820.0000000.48.R.220614")
BUILT = AffectsTable(models="^X", built_from=date(2015, 1, 1), built_before=date(2021, 6, 1))


def claim(text, version=None, build=None):
    return FirmwareClaim(value=text, version=version, build=build, band=Band.CONFIRMED)


@pytest.mark.parametrize(
    ("bounds", "maker", "text", "expected"),
    [
        (HIK, "hikvision", "V5.2.0 build 140721", Fit.AFFECTED),
        (HIK, "hikvision", "V5.2.0build 140721", Fit.AFFECTED),
        (HIK, "hikvision", "V5.4.0 build 160530", Fit.AFFECTED),
        (HIK, "hikvision", "V5.4.0 build 160531", Fit.NOT_IN_RANGE),
        (HIK, "hikvision", "V5.1.8 build 140616", Fit.NOT_IN_RANGE),
        (HIK, "hikvision", "V5.4.5 build 160101", Fit.POSSIBLY),
        (HIK, "hikvision", "V5.3.0 build 180101", Fit.POSSIBLY),
        (DAHUA, "dahua", "2.800.0000000.24.R", Fit.AFFECTED),
        (DAHUA, "dahua", "2.820.0000000.48.R.220614", Fit.NOT_IN_RANGE),
        (DAHUA, "dahua", "2.840.0000000.3.R", Fit.NOT_IN_RANGE),
        (DAHUA, "dahua", "2.800.00AC000.0.R.200320", Fit.POSSIBLY),
        (DAHUA, "dahua", "2.800.00AC000.0.R.230320", Fit.NOT_IN_RANGE),
        (DAHUA, "dahua", "2.800.00AC000.0.R", Fit.UNKNOWN_VERSION),
        (BUILT, "dahua", "2.800.0000000.14.R, Build Date: 2019-10-30", Fit.AFFECTED),
        (BUILT, "dahua", "2.800.0000000.14.R.210601", Fit.NOT_IN_RANGE),
        (BUILT, "dahua", "2.400.0000.14.R.20140601", Fit.NOT_IN_RANGE),
        (BUILT, "dahua", "2.800.0000000.14.R", Fit.UNKNOWN_VERSION),
        (AffectsTable(models="^X", last="1.05.05"), "d-link", "1.05.05", Fit.AFFECTED),
        (AffectsTable(models="^X", last="1.05.05"), "d-link", "v1.06.01", Fit.NOT_IN_RANGE),
        (AffectsTable(models="^X", exact=("M2.1.6.05",)), "zavio", "m2.1.6.05", Fit.AFFECTED),
        (AffectsTable(models="^X", exact=("M2.1.6.05",)), "zavio", "M2.1.6.06", Fit.NOT_IN_RANGE),
        (
            AffectsTable(models="^X", exact=("Full-1",), older=True),
            "avtech",
            "Full-0",
            Fit.UNKNOWN_VERSION,
        ),
        (AffectsTable(models="^X", every=True), "edimax", "anything", Fit.AFFECTED),
        (AffectsTable(models="^X", every=True, possibly=True), "x", "anything", Fit.POSSIBLY),
    ],
)
def test_fit(bounds, maker, text, expected):
    assert fit(bounds, maker, claim(text), READER) is expected


def test_without_firmware_only_an_advisory_about_every_version_speaks():
    assert fit(HIK, "hikvision", None, READER) is Fit.UNKNOWN_VERSION
    assert fit(AffectsTable(models="^X", every=True), "x", None, READER) is Fit.AFFECTED


@given(text=st.text(max_size=200), version=st.none() | st.text(max_size=40))
def test_fuzz_fit_never_raises_and_never_reads_a_version_into_rubbish(text, version):
    for bounds, maker in ((HIK, "hikvision"), (DAHUA, "dahua"), (BUILT, "dahua")):
        assert fit(bounds, maker, claim(text, version, version), READER) in set(Fit)
    if not any(letter.isdigit() for letter in text):
        assert fit(HIK, "hikvision", claim(text), READER) is Fit.UNKNOWN_VERSION


@given(days=st.lists(st.dates(date(2014, 7, 21), date(2016, 5, 30)), min_size=1, max_size=4))
def test_what_lies_between_both_bounds_in_version_and_build_is_affected(days):
    for day in days:
        text = f"V5.3.0 build {day:%y%m%d}"
        assert fit(HIK, "hikvision", claim(text), READER) is Fit.AFFECTED
