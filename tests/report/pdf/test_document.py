"""The document as HTML for paper, and as pages."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from msgspec.structs import replace

from bench.estate_run import estate_run
from camscan.inventory.run_text import run_sha256
from camscan.inventory.store import encode_run
from camscan.model.coverage import Skip
from camscan.model.run import Authority, Run
from camscan.report.pdf.document import document
from camscan.report.pdf.typeset import typeset
from tests.report.conftest import needs_pdf
from tests.report.html.hostile import SCRIPT, hostile_run

pytestmark = [needs_pdf, pytest.mark.slow(15)]


def elements(text: str, path: str) -> list[Any]:
    found: list[Any] = lxml_html.document_fromstring(text).xpath(path)
    return found


@cache
def set_pages(text: str) -> list[Any]:
    """The pages as the library lays them out."""
    made: list[Any] = importlib.import_module("weasyprint").HTML(string=text).render().pages
    return made


def pages_of(text: str, anchor: str) -> list[int]:
    """On which pages the part of this name stands."""
    return [number for number, page in enumerate(set_pages(text), 1) if anchor in page.anchors]


def test_it_has_every_part(sample_run: Run) -> None:
    text = document(sample_run)
    ids = [element.get("id") for element in elements(text, "//*[@id]")]
    assert len(ids) == len(set(ids))
    parts = ["summary", "inventory", "findings", "traffic", "coverage", "method", "devices"]
    assert [name for name in ids if name in {*parts, "evidence"}] == [*parts, "evidence"]
    targets = {link.get("href") for link in elements(text, "//a[@href]")}
    assert all(target.startswith("#") for target in targets)
    assert {target[1:] for target in targets} <= set(ids)
    words = elements(text, "//body")[0].text_content()
    assert run_sha256(sample_run) in words
    assert sample_run.tool.data.sha256 in words
    assert "not wholly in scope" in words
    assert "10.1.0.9 was seen to try to contact 203.0.113.5" in words


def test_cover_and_summary_are_a_page_each(sample_run: Run) -> None:
    text = document(sample_run)
    assert pages_of(text, "summary") == [2]
    assert pages_of(text, "inventory")[0] == 3


@pytest.mark.parametrize("text", ["x" * 10_000, "\u6f22\U0001f4f7\u05d0" * 3_000, "a b " * 3_000])
def test_the_summary_is_one_page_whatever_is_in_it(sample_run: Run, text: str) -> None:
    finding = sample_run.findings[0]
    kinds = tuple(replace(finding, id=f"f{n}", rule=f"r-{n}", title=text) for n in range(12))
    camera = sample_run.devices[0]
    assert camera.maker is not None
    makers = tuple(
        replace(camera, id=f"m{n}", maker=replace(camera.maker, id=f"m{n}", name=f"{n} {text}"))
        for n in range(12)
    )
    skips = (Skip(subject=text, what=text, reason=text),)
    authority = Authority(name=text, reference=text)
    run = replace(
        sample_run,
        run=replace(sample_run.run, site=text, authorised_by=authority),
        devices=makers,
        findings=kinds,
        coverage=replace(sample_run.coverage, skips=skips),
        conversations=(),
    )
    assert pages_of(document(run), "summary") == [2]


def test_the_hostile_are_text(sample_run: Run) -> None:
    text = document(hostile_run(sample_run))
    assert SCRIPT not in text
    assert not elements(text, "//script | //img | //link | //object | //iframe | //@style")
    for char in ("\u202e", "\u2066", "\u200f", "\x00", "\x1b"):
        assert char not in text
    assert len(text) < 200_000
    assert typeset(text)


def test_a_redacted_run_says_so_and_tells_nothing(private_run: Run) -> None:
    from tests.report.conftest import SECRETS, redacted

    told = document(private_run)
    assert "treat it as you treat a network plan" in told
    text = document(redacted(private_run))
    assert "Labels stand for devices" in text
    assert [word for word in SECRETS if word.casefold() in text.casefold()] == []


def test_an_empty_run_has_a_document(sample_run: Run) -> None:
    text = document(replace(sample_run, devices=(), conversations=(), findings=()))
    assert "0 cameras found" in text
    assert not elements(text, "//*[@id='devices' or @id='findings' or @id='traffic']")
    assert typeset(text)


def test_a_large_run_says_what_it_leaves_out() -> None:
    text = document(estate_run(600, 0))
    assert "but for 100 that found no room" in text
    assert "but for 350 that found no room" in text
    assert len(elements(text, "//table[@class='register']//tbody/tr")) == 500


def test_bytes_are_the_same_in_another_process(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(encode_run(sample_run))
    code = (
        "import sys; from pathlib import Path\n"
        "from camscan.inventory.store import decode_run\n"
        "from camscan.report.pdf.document import document\n"
        "from camscan.report.pdf.typeset import typeset\n"
        "run = decode_run(Path(sys.argv[1]).read_bytes(), 'x')\n"
        "sys.stdout.buffer.write(typeset(document(run)))\n"
    )
    seeded = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, env=seeded)
    assert done.stderr == b""
    assert done.stdout == typeset(document(sample_run))
