"""Objects of arrays and of printed JSON."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources import json_document
from camscan.sources.json_document import is_document, objects
from camscan.sources.jsonl import by_target, parse_records, sniff

RECORDS = [
    {"target": "a", "field": "http.server", "value": '}{[ \\" x'},
    {"target": "b", "field": "http.title", "value": "caf\u00e9", "port": 80},
    {"target": "a", "protocol": "http", "raw": "HTTP/1.1 200 OK\r\nServer: y\r\n\r\n"},
]
LINES = "\n".join(map(json.dumps, RECORDS)).encode()
SHAPES = (
    json.dumps(RECORDS),
    json.dumps(RECORDS, indent=2),
    "\n".join(json.dumps(each, indent=4) for each in RECORDS),
    "\ufeff [\r\n" + ",\r\n".join(map(json.dumps, RECORDS)) + "\r\n]\r\n",
)


@pytest.mark.parametrize("text", SHAPES)
def test_every_shape_gives_what_json_lines_give(text: str) -> None:
    data = text.encode()
    assert is_document(data)
    assert sniff(data)
    assert not by_target(data)
    assert parse_records(data, "f") == parse_records(LINES, "f")


def test_json_lines_are_no_document() -> None:
    for data in (LINES, b'{"target":\n"c"}', b"{broken\n", b"[1]", b"", b"HTTP/1.1 200 OK"):
        assert not is_document(data)


def test_a_bad_object_is_a_skip_with_its_line_and_costs_no_other() -> None:
    good = json.dumps(RECORDS[1])
    text = f'[\n{good},\n{{"target": 5}},\n{{"x": [}}, 7,\n\n{good}, "rubbish"\n]\n'
    found = parse_records(text.encode(), "f")
    assert [item.target for item in found.evidence] == ["b", "b"]
    assert [skip.subject for skip in found.skips] == [
        "f, line 3",
        "f, line 4",
        "f, line 4",
        "f, line 6",
    ]
    cut = parse_records(text.encode()[:-20], "f")
    assert cut.skips[-1].reason.endswith("the file ends within it")


def test_an_object_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "MOST_OBJECT", 60)
    found = parse_records(json.dumps(RECORDS[1:2] * 2 + RECORDS[2:]).encode(), "f")
    assert len(found.targets) == 1 or found.skips
    assert any("bytes" in skip.reason for skip in found.skips)


@pytest.mark.parametrize("unit", ['[{"', '\\"', "[", "{", "}", '{"a":', '"\\', "]}"])
def test_twice_the_input_takes_twice_as_long(unit: str) -> None:
    def seconds(times: int) -> float:
        data = b'[{"target": "' + (unit * times).encode()
        began = time.process_time()
        for _ in objects(data):
            pass
        return time.process_time() - began

    once, twice = (min(seconds(times) for _ in range(3)) for times in (40_000, 160_000))
    assert twice < 12 * once + 0.2, "four times as much; the square would be sixteen"


@given(st.one_of(st.binary(max_size=60), st.text('[]{}",\\\n: 1ta').map(str.encode)))
def test_fuzz_objects(data: bytes) -> None:
    for line, found in objects(b"[{" + data):
        assert 1 <= line <= data.count(b"\n") + 1
        assert found
    parse_records(b'[{"target": "a"},' + data, "f")
