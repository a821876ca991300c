"""Hostile text in reports."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from camscan.report.escape import cell, csv_row, escaped_json, markdown, plain


@given(st.text())
def test_plain_leaves_no_control_or_format_character(text: str) -> None:
    for char in plain(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_plain_is_one_bounded_line() -> None:
    assert plain("a\nb\r\n\tc") == "a b   c"
    assert len(plain("x" * 999, limit=50)) == 50
    assert "\x1b" not in plain("\x1b]0;title\x07")
    assert "\u202e" not in plain("abc\u202edef")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(start + "1+1")[0] in "' "


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1)) ![b](http://192.0.2.1/x.png)",
        "*a* _b_ `c` ~~d~~ **e** &lt; &#60;",
        "# heading",
        "- item",
        "| a | b |",
        "a\\*b\\",
        "> quote",
        "`` ` ``",
        "http://192.0.2.1/ www.example.com",
        "= 1",
        "---",
    ],
)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(markdown(text))
    bare = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    bare = bare.replace("&amp;", "&").replace("\u2060", "")
    assert bare == f"<p>{text}</p>\n"


@given(st.text(max_size=80))
def test_no_text_becomes_anything_else_in_markdown(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"| {markdown(text)} |\n|---|\n")
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special"}
    assert [token.type for token in tokens].count("th_open") == 1, "no cell is added or lost"


def test_markdown_mentions_and_links_nothing() -> None:
    assert markdown("@admin #12 www.example.com http://a") == (
        "@&#8288;admin \\#&#8288;12 www&#8288;.example.com http:&#8288;//a"
    )


def test_a_date_and_an_address_stay_readable() -> None:
    assert markdown("2026-11-24 02:13 10.1.0.9/24 fd00::9 (Town)") == (
        "2026-11-24 02:13 10.1.0.9/24 fd00::9 (Town)"
    )


@given(st.text())
def test_json_keeps_its_value_and_prints_harmlessly(text: str) -> None:
    escaped = escaped_json(msgspec.json.encode({"name": text}))
    assert json.loads(escaped) == {"name": text}
    for char in escaped.decode("utf-8"):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_letters_of_any_script_stay_readable() -> None:
    assert escaped_json('"b\u00fccher \u9b5a"'.encode()) == '"b\u00fccher \u9b5a"'.encode()
    assert escaped_json('"\x9b\u202e\U000e0001"'.encode()) == b'"\\u009b\\u202e\\udb40\\udc01"'


@given(st.lists(st.text(st.characters() | st.sampled_from('",;\r\n =')), min_size=2, max_size=5))
def test_fuzz_a_row_is_what_the_writer_of_python_gives(texts: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(map(cell, texts))
    assert csv_row(texts) == written.getvalue()
