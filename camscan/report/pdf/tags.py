"""Tags as PDF/UA-1 (ISO 14289-1) wants them where WeasyPrint writes others.

A header cell has a scope (7.5), what HTML groups inside a list of terms is no list of PDF (7.6),
running heads are artifacts (7.8), and a link is there on paper too (7.18.1).
"""

from __future__ import annotations

from typing import Any

_PRINTED = 4
_ROW, _COLUMN = "/Row", "/Column"
_PAGINATION = {"Type": "/Pagination"}

_Elements = dict[bytes, Any]


def mend(_document: object, pdf: Any) -> None:
    """Corrects the objects of a pydyf.PDF in place, before they are written."""
    dictionaries: list[Any] = [each for each in pdf.objects if isinstance(each, dict)]
    elements = {each.reference: each for each in dictionaries if each.get("Type") == "/StructElem"}
    for element in elements.values():
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, elements)
        elif element["S"] == "/L":
            _plain(element, elements)
    by_reference = {each.reference: each for each in pdf.objects if each.number}
    root = by_reference[pdf.catalog["StructTreeRoot"]]
    _artifacts(root, elements, by_reference)
    for each in dictionaries:
        if each.get("Subtype") == "/Link":
            each["F"] = each.get("F", 0) | _PRINTED


def _scope(header: Any, elements: _Elements) -> str:
    """A cell of a head heads its column, any other its row."""
    above = header
    while (above := elements.get(above["P"])) is not None:
        if above["S"] == "/THead":
            return _COLUMN
        if above["S"] in ("/TBody", "/Table"):
            break
    return _ROW


def _plain(listed: Any, elements: _Elements) -> None:
    """Groups of terms (`dl > div`) become paragraphs; a list of items alone stays one."""
    groups = _below(listed, elements)
    if all(each["S"] in ("/LI", "/L", "/Caption") for each in groups):
        return
    listed["S"] = "/Div"
    for group in groups:
        group["S"] = "/P"
        for item in _below(group, elements):
            item["S"] = "/Span"
            for body in _below(item, elements):
                body["S"] = "/Span"


def _artifacts(root: Any, elements: _Elements, objects: dict[bytes, Any]) -> None:
    """What stands on a page and in no tree: the heads and feet of pages."""
    reached: set[bytes] = set()
    waiting = list(root["K"])
    while waiting:
        reference = waiting.pop()
        if reference in elements and reference not in reached:
            reached.add(reference)
            waiting += elements[reference]["K"]
    numbers = objects[root["ParentTree"]]["Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for reference, element in elements.items():
        if reference in reached:
            continue
        page = objects[element["Pg"]]
        for mark in (kid for kid in element["K"] if isinstance(kid, int)):
            owners[page["StructParents"]][mark] = b"null"
            _to_artifact(objects[page["Contents"]].stream, mark)


def _to_artifact(stream: list[Any], mark: int) -> None:
    for place, operand in enumerate(stream):
        if isinstance(operand, dict) and operand.get("MCID") == mark:
            stream[place - 1] = "/Artifact"
            operand.clear()
            operand.update(_PAGINATION)
            return


def _below(element: Any, elements: _Elements) -> list[Any]:
    return [elements[kid] for kid in element["K"] if kid in elements]
