"""Version and day of build out of a firmware text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.matching.firmware import FirmwareReader
from camscan.matching.grammar import FirmwareTable, build_firmware
from tests.shipped import shipped_data


def reader(regex: str, build_format: str | None = None) -> FirmwareReader:
    table = FirmwareTable(
        id="x.f", regex=regex, build_format=build_format, examples=("1",), source=("manual: x",)
    )
    return FirmwareReader([build_firmware(table, owner="x", file="f")])


def test_build_becomes_a_date() -> None:
    release = reader(r"^V(?P<version>[\d.]+) build (?P<build>\d{6})$", "%y%m%d").read(
        "V5.4.5 build 170124"
    )
    assert (release.version, release.build, release.grammar) == ("5.4.5", "2017-01-24", "x.f")


def test_no_date_in_that_form() -> None:
    read = reader(r"^(?P<version>\d+) (?P<build>\d{6})$", "%y%m%d").read
    assert read("1 991399").build is None
    assert read("nothing") is None


def test_build_without_format_stays_text() -> None:
    assert reader(r"^(?P<version>\d+)-(?P<build>\w+)$").read("1-rc2").build == "rc2"


@pytest.mark.parametrize(
    ("maker", "text", "version", "build"),
    [
        ("hikvision", "V5.4.5 build 170124", "5.4.5", "2017-01-24"),
        ("hikvision", "V5.5.6build 180326", "5.5.6", "2018-03-26"),
        ("hikvision", "V4.75.011 build 240625", "4.75.011", "2024-06-25"),
    ],
)
def test_shipped_grammars(maker: str, text: str, version: str, build: str) -> None:
    release = FirmwareReader(shipped_data().firmware[maker]).read(text)
    assert (release.version, release.build) == (version, build)


SHIPPED = [FirmwareReader(group) for group in shipped_data().firmware.values()]


@given(st.text(max_size=80))
def test_fuzz_any_text(text: str) -> None:
    for each in SHIPPED:
        release = each.read(text)
        assert release is None or release.grammar
