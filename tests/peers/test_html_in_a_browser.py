"""The HTML report as Chromium shows it and axe-core judges it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.estate_run import estate_run
from camscan.model.coverage import Skip
from camscan.model.run import Run
from camscan.report.html.page import pieces
from tests.peers.browser import DESKTOP, PHONE, Reader, browser, missing
from tests.report.html.hostile import TEXTS, hostile_run

pytestmark = [pytest.mark.peer, pytest.mark.slow(40)]

DEVICES = 200
MEGABYTE = 1_000_000
Opener = Callable[..., Reader]


def page(run: Run) -> str:
    return "".join(pieces(run))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with browser() as running:
        yield running


@pytest.fixture
def reader(chromium: Any) -> Iterator[Opener]:
    opened: list[Reader] = []

    def one(**options: Any) -> Reader:
        opened.append(Reader(chromium, **options))
        return opened[-1]

    yield one
    for each in opened:
        each.close()


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a few hundred devices with traffic and findings."""
    path = tmp_path_factory.mktemp("report") / "estate.html"
    path.write_text(page(estate_run(DEVICES, 900)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small_estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every part of a report with few rows, for axe-core looks at each element for long."""
    path = tmp_path_factory.mktemp("report") / "small.html"
    run = estate_run(20, 9)
    skips = (Skip(subject="10.0.0.0/22", what="probes", reason="cut off"),)
    coverage = msgspec.structs.replace(run.coverage, subnets=run.coverage.subnets[:5], skips=skips)
    path.write_text(page(msgspec.structs.replace(run, coverage=coverage)), encoding="utf-8")
    return path


def test_it_is_silent_and_asks_for_nothing(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    shown.locator("#device-rows a").first.click()
    shown.keyboard.press("Escape")
    assert window.heard == []
    assert window.asked == [estate.as_uri()]


def test_search_finds_and_says_how_many(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    assert len(window.rows()) == 50
    shown.get_by_role("searchbox").fill("BOSCH site-7")
    assert [row[0] for row in window.rows()] == ["10.7.0.2", "10.7.0.5"]
    assert shown.get_by_role("status").inner_text() == f"2 of {DEVICES} devices"
    shown.get_by_role("searchbox").fill("02:00:00:00:00:09")
    assert len(window.rows()) == 1
    shown.get_by_role("searchbox").fill("nothing like it")
    assert window.rows() == []


def test_filters_work_together(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    shown.get_by_role("combobox", name="Class").select_option(label="recorder (40)")
    shown.get_by_label("with findings").check()
    rows = window.rows()
    assert rows
    assert {row[2] for row in rows} == {"recorder"}
    assert {row[8] for row in rows} == {"high 1"}


def test_sorting_by_keyboard_alone(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    shown.get_by_role("button", name="Model").focus()
    shown.keyboard.press("Enter")
    up = [row[5] for row in window.rows()]
    assert up == sorted(up)
    head = shown.get_by_role("columnheader", name="Model")
    assert head.get_attribute("aria-sort") == "ascending"
    shown.keyboard.press("Space")
    assert window.rows()[0][5] == f"DS-2CD{2000 + DEVICES - 1}"
    assert head.get_attribute("aria-sort") == "descending"
    shown.get_by_role("button", name="Findings").press("Enter")
    assert window.rows()[0][8] == "high 1", "the gravest first"


def test_pages_turn(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    first = window.rows()[0]
    shown.get_by_role("button", name="Last").click()
    assert shown.locator("#page-number").inner_text() == "Page 4 of 4"
    assert window.rows()[0] != first
    assert shown.get_by_role("button", name="Next").is_disabled()


def test_each_device_has_a_page_with_its_evidence(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    link = shown.locator("#device-rows a").first
    link.focus()
    shown.keyboard.press("Enter")
    dialog = shown.get_by_role("dialog")
    dialog.wait_for()
    text = dialog.inner_text()
    for word in ("onvif.field-3", "Hikvision", "confirmed", "80/tcp open", "Advice:", "203."):
        assert word in text
    shown.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert shown.evaluate("location.hash") == "#devices"
    assert shown.evaluate("document.activeElement.getAttribute('href')") == link.get_attribute(
        "href"
    )


def test_a_device_opens_by_its_address_and_back_closes_it(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate, "#device-d000000000007")
    assert "10.7.0.1" in shown.get_by_role("dialog").inner_text()
    shown.keyboard.press("Escape")
    shown.locator("#device-rows a").nth(1).click()
    shown.get_by_role("dialog").wait_for()
    shown.go_back()
    shown.get_by_role("dialog").wait_for(state="hidden")
    assert window.heard == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(
    reader: Opener, small_estate: Path, size: dict[str, int], scheme: str
) -> None:
    window = reader(viewport=size, color_scheme=scheme)
    shown = window.open(small_estate)
    shown.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert window.faults() == []
    wide = shown.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0, "only tables may be scrolled sideways"
    shown.locator("#device-rows a").first.click()
    assert window.faults("#page") == []


def test_hostile_names_do_nothing(reader: Opener, sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(page(hostile_run(sample_run)), encoding="utf-8")
    window = reader(viewport=PHONE)
    shown = window.open(path)
    for place in range(len(TEXTS)):
        shown.goto(f"{path.as_uri()}#device-d{place}")
        shown.get_by_role("dialog").wait_for()
    assert '"><script>alert(1)</script>' in window.rows()[0][3]
    assert window.rows()[4][3] == "{{ 7 * 7 }}{% raw %}<!--"
    assert window.heard == []
    assert set(window.asked) == {path.as_uri()}
    assert shown.locator("img, iframe, link").count() == 0


def test_ids_may_be_anything(reader: Opener, sample_run: Run, tmp_path: Path) -> None:
    name = 'a/b "c" <d>&%41#é'
    device = msgspec.structs.replace(sample_run.devices[0], id=name)
    path = tmp_path / "id.html"
    path.write_text(page(msgspec.structs.replace(sample_run, devices=(device,))), "utf-8")
    shown = reader().open(path)
    shown.locator("#device-rows a").click()
    assert name in shown.get_by_role("dialog").inner_text()


def test_without_script_the_answer_is_there(reader: Opener, estate: Path) -> None:
    shown = reader(java_script_enabled=False).open(estate)
    assert shown.locator("h1").inner_text() == "160 cameras found"
    assert shown.locator("noscript table tbody tr").count() == DEVICES
    assert shown.locator("#filter").is_hidden()
    assert shown.locator("#device-table").is_hidden()


def test_on_paper_everything_is_unfolded(reader: Opener, estate: Path) -> None:
    window = reader()
    shown = window.open(estate)
    shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    assert len(window.rows()) == DEVICES
    assert shown.locator("details:not([open])").count() == 0
    assert shown.locator("#filter").is_hidden()
    shown.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(window.rows()) == 50


@pytest.mark.alone
def test_ten_thousand_devices_are_small_and_quick(reader: Opener, tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_text(page(estate_run(10_000, 50_000)), encoding="utf-8")
    assert path.stat().st_size < 20 * MEGABYTE
    window = reader()
    began = time.monotonic()
    shown = window.open(path)
    shown.get_by_role("searchbox").fill("site-39 axis")
    assert len(window.rows()) == 50
    assert time.monotonic() - began < 3
    assert window.heard == []
