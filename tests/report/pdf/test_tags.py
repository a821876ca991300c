"""What PDF/UA-1 asks of the tags, on the document of a run."""

from __future__ import annotations

import importlib
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from bench.estate_run import estate_run
from camscan.report.pdf.document import document
from camscan.report.pdf.tags import mend
from camscan.report.pdf.typeset import typeset
from tests.report.conftest import needs_pdf

pytestmark = needs_pdf


class Made:
    """The objects of a PDF as they are about to be written."""

    def __init__(self, html: str) -> None:
        kept: list[Any] = []

        def finish(made: Any, pdf: Any) -> None:
            mend(made, pdf)
            kept.append(pdf)

        weasyprint = importlib.import_module("weasyprint")
        weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", finisher=finish)
        (pdf,) = kept
        self.catalog = pdf.catalog
        self.objects = [each for each in pdf.objects if isinstance(each, dict)]
        self.streams = [each.stream for each in pdf.objects if hasattr(each, "stream")]
        self._by_reference = {each.reference: each for each in pdf.objects if each.number}
        self.elements = list(self._tree(self.catalog["StructTreeRoot"]))

    def _tree(self, reference: bytes) -> Iterator[Any]:
        """Every structure element that a reader comes to, in order."""
        for kid in self._by_reference[reference]["K"]:
            if isinstance(kid, bytes) and "S" in self._by_reference[kid]:
                yield self._by_reference[kid]
                yield from self._tree(kid)

    def below(self, element: Any) -> list[Any]:
        kids = (self._by_reference.get(kid) for kid in element["K"] if isinstance(kid, bytes))
        return [kid for kid in kids if kid is not None and "S" in kid]

    def parent(self, element: Any) -> Any:
        return self._by_reference[element["P"]]


@pytest.fixture(scope="module")
def made() -> Made:
    return Made(document(estate_run(12, 30)))


def test_every_header_cell_has_its_scope(made: Made) -> None:
    cells = [each for each in made.elements if each["S"] == "/TH"]
    assert {each["A"]["Scope"] for each in cells} == {"/Row", "/Column"}
    for table in (each for each in made.elements if each["S"] == "/Table"):
        inside = [
            cell for part in made.below(table) for row in made.below(part)
            for cell in made.below(row)
        ]  # fmt: skip
        assert any(cell["S"] == "/TH" for cell in inside), "a table without a header cell"


def test_lists_hold_items_and_items_stand_in_lists(made: Made) -> None:
    lists = [each for each in made.elements if each["S"] == "/L"]
    assert lists, "the contents are a list"
    for each in lists:
        assert {kid["S"] for kid in made.below(each)} <= {"/LI", "/L", "/Caption"}
    for item in (each for each in made.elements if each["S"] == "/LI"):
        assert made.parent(item)["S"] == "/L"


def test_figures_have_a_text_and_links_too(made: Made) -> None:
    figures = [each for each in made.elements if each["S"] == "/Figure"]
    assert figures
    assert all(each.get("Alt") for each in figures)
    links = [each for each in made.objects if each.get("Subtype") == "/Link"]
    assert links
    assert all(each["F"] & 4 and each.get("Contents") for each in links)


def test_heads_and_feet_of_pages_are_artifacts() -> None:
    head = "@page { @top-left { content: 'head' } @bottom-left { content: counter(page) } }"
    made = Made(f"<html lang='en'><title>t</title><style>{head}</style><p>one<p>two</html>")
    (page,) = [stream for stream in made.streams if b"BDC" in stream]
    opened = [page[n - 2 : n] for n, each in enumerate(page) if each == b"BDC"]
    assert opened.count(["/Artifact", {"Type": "/Pagination"}]) == 2
    marks = [operands["MCID"] for tag, operands in opened if tag != "/Artifact"]
    assert marks == [0, 1], "one and two"
    (tree,) = [each for each in made.objects if "Nums" in each]
    assert tree["Nums"][1].count(b"null") == 2
    assert len(tree["Nums"][1]) == 4


def test_it_says_what_it_is(made: Made) -> None:
    assert made.catalog["MarkInfo"]["Marked"] == "true"
    assert made.catalog["ViewerPreferences"]["DisplayDocTitle"] == "true"
    assert made.catalog["Lang"].data == b"(en-GB)"
    data = typeset("<html lang='en'><title>Cameras</title><p>one</html>")
    packed = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    (metadata,) = [text for text in map(_unpacked, packed) if text.startswith(b"<?xpacket")]
    assert re.search(rb"pdfuaid:part[>=\"]+1", metadata)
    assert b"Cameras" in metadata


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data
