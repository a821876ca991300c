"""Hostile text in reports."""

from __future__ import annotations

import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.report.escape import cell, escaped_json, plain


@given(st.text())
def test_plain_leaves_no_control_or_format_character(text: str) -> None:
    for char in plain(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_plain_is_one_bounded_line() -> None:
    assert plain("a\nb\r\n\tc") == "a b   c"
    assert len(plain("x" * 999, limit=50)) == 50
    assert "\x1b" not in plain("\x1b]0;title\x07")
    assert "\u202e" not in plain("abc\u202edef")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(start + "1+1")[0] in "' "


@given(st.text())
def test_json_keeps_its_value_and_prints_harmlessly(text: str) -> None:
    escaped = escaped_json(msgspec.json.encode({"name": text}))
    assert json.loads(escaped) == {"name": text}
    for char in escaped.decode("utf-8"):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_letters_of_any_script_stay_readable() -> None:
    assert escaped_json('"b\u00fccher \u9b5a"'.encode()) == '"b\u00fccher \u9b5a"'.encode()
    assert escaped_json('"\x9b\u202e\U000e0001"'.encode()) == b'"\\u009b\\u202e\\udb40\\udc01"'
