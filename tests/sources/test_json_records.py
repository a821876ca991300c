"""JSON of scanners, in lines, arrays and documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from camscan.model.coverage import Skip
from camscan.sources.json_records import key, looks_like, records, skip


def read(data: bytes) -> list[object]:
    return list(records(data, "f"))


def test_three_shapes() -> None:
    two = [{"a": 1}, {"a": 2}]
    assert read(b'{"a": 1}\n{"a": 2}\n') == two
    assert read(b'[\n{"a": 1}\n,\n{"a": 2}\n]\n') == two
    assert read(b'[\n{"a": 1},\n{"a": 2},\n{finished: 1}\n]\n') == two
    assert read(b'[{"a": 1}, {"a": 2}]') == two
    assert read(b'\xef\xbb\xbf{\n  "a": 1\n}\n') == [{"a": 1}]
    assert read(b'[\n  {\n    "a": 1\n  },\n  {"a": 2}\n]') == two
    assert read(b"") == []


def test_a_bad_line_is_a_skip_and_the_rest_is_read() -> None:
    found = read(b'{"a": 1}\n{"a": \n7\n{"a": 2}')
    assert [item for item in found if isinstance(item, dict)] == [{"a": 1}, {"a": 2}]
    assert [item.subject for item in found if isinstance(item, Skip)] == ["f, line 2", "f, line 3"]


def test_a_broken_document_and_a_deep_one_are_one_skip() -> None:
    for data in (b'{\n "a": [1,\n', b"[" * 100_000, b'{"a":' * 100_000 + b"\n1"):
        (item,) = read(data)
        assert isinstance(item, Skip)
    assert skip("f", 3, "x").subject == "f, line 3"


def test_a_key_is_not_a_word_in_a_text() -> None:
    assert looks_like(b'{"ip_str": "x"}', key("ip_str"))
    assert not looks_like(rb'{"body": "{\"ip_str\": 1}"}', key("ip_str"))
    assert not looks_like(b'"ip_str": ', key("ip_str"))


@given(st.binary(max_size=300))
def test_fuzz_records(data: bytes) -> None:
    read(data)
