"""The table of texts of a page."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from camscan.report.html.strings import LEFT_OUT, Strings, safe_json


@given(st.text())
def test_fuzz_json_never_ends_its_script(text: str) -> None:
    written = "".join(safe_json([text, "</script><!--"], 5))
    assert json.loads(written) == [text, "</script><!--"]
    assert not set("<>&") & set(written)


def test_a_text_is_kept_once_and_nothing_is_place_nought() -> None:
    strings = Strings(1000)
    assert strings.of(None) == strings.of("") == 0
    assert strings.of("a\u202eb") == strings.of("a\u202eb") == 2
    assert strings.texts[2] == "a\ufffdb"
    assert len(strings.texts[strings.of("x" * 500, 10)]) == 10


def test_beyond_the_limit_texts_are_left_out_and_counted() -> None:
    strings = Strings(20)
    assert strings.texts[strings.of("short")] == "short"
    assert strings.texts[strings.of("x" * 50)] == LEFT_OUT
    assert strings.texts[strings.of("short")] == "short"
    assert strings.left_out == 1


@given(st.lists(st.text(max_size=30), max_size=20))
def test_the_limit_holds_for_any_text(texts: list[str]) -> None:
    strings = Strings(200)
    for text in texts:
        strings.of(text)
    kept = strings.texts[2:]
    assert sum(len("".join(safe_json(text)).encode()) for text in kept) <= 200
