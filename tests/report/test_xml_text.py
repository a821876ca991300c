"""Texts in XML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from camscan.report.escape import plain
from camscan.report.xml_text import attribute, content


def parsed(text: str) -> etree._Element:
    return etree.fromstring(f'<a b="{attribute(text)}">{content(text)}</a>')


def test_marks_are_escaped_as_lxml_does() -> None:
    text = "<b> & \"quoted\" 'single' ]]>"
    made = etree.Element("a", b=text)
    made.text = text
    assert f'<a b="{attribute(text)}">{content(text)}</a>' == etree.tostring(
        made, encoding="unicode"
    )


def test_lines_stay_in_content_alone() -> None:
    element = parsed("one\ntwo")
    assert (element.get("b"), element.text) == ("one two", "one\ntwo")


@given(st.text(st.characters()))
def test_fuzz_any_text_is_read_back_without_what_is_harmful(text: str) -> None:
    element = parsed(text)
    assert element.get("b") == plain(text, 100_000)
    assert (element.text or "").replace("\n", " ") == plain(text, 100_000)
