"""Recorded answers target by target."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from camscan.model.evidence import Evidence, evidence_of
from camscan.sources import jsonl
from camscan.sources.targets import Held, Indexed, Targets

A = b'{"target": "a", "field": "http.server", "value": "1"}\n'
B = b'{"target": "b", "protocol": "http", "raw": "HTTP/1.1 200 OK\\r\\nServer: x\\r\\n\\r\\n"}\r\n'
BAD = b'{"target": "a", "protocol": "nobody", "raw": "x"}\n{broken\n\n'


def told(targets: Targets) -> list[tuple[str, list[Evidence]]]:
    return [(target, evidence_of(target, records)) for target, records in targets]


def whole(*files: tuple[str, bytes]) -> Held:
    parts = [jsonl.parse_records(data, name) for name, data in files]
    return Held(
        jsonl.Recorded(
            targets=tuple(dict.fromkeys(target for part in parts for target in part.targets)),
            evidence=tuple(item for part in parts for item in part.evidence),
            skips=tuple(skip for part in parts for skip in part.skips),
        )
    )


def test_both_ways_of_reading_give_the_same() -> None:
    files = (("one", b"\xef\xbb\xbf" + A + BAD + B), ("two", B + A + A.strip()))
    indexed, held = Indexed(files), whole(*files)
    assert len(indexed) == len(held) == 2
    assert told(indexed) == told(held)
    assert indexed.skips == held.skips
    assert [skip.subject for skip in indexed.skips] == ["one, line 2", "one, line 3"]


def test_a_target_without_evidence_is_told() -> None:
    assert told(Indexed([("x", BAD)])) == [("a", [])]


def test_nothing_is_nothing() -> None:
    empty = Indexed([("x", b"")])
    assert (len(empty), told(empty), empty.skips) == (0, [], ())


def test_records_are_not_held() -> None:
    """What stays of a record is a few numbers, whatever its size."""
    line = json.dumps({"target": "t", "field": "http.body", "value": "x" * 5000}).encode() + b"\n"
    indexed = Indexed([("x", line * 1000)])
    per_record = sum(
        len(each) * each.itemsize for each in vars(indexed).values() if hasattr(each, "itemsize")
    )
    assert per_record < 40 * 1000


def test_two_values_on_a_line_and_one_over_two_lines_are_no_records() -> None:
    data = A + b'{"target": "a"}{"target": "b"}\n{"target":\n"c"}\n' + A
    indexed, held = Indexed([("x", data)]), whole(("x", data))
    assert told(indexed) == told(held)
    assert [target for target, _ in held] == ["a"]
    assert indexed.skips == held.skips
    assert [skip.subject for skip in held.skips] == ["x, line 2", "x, line 3", "x, line 4"]


def test_blocks_end_where_lines_end() -> None:
    line = json.dumps({"target": "t", "field": "http.title", "value": "x" * 50}).encode() + b"\n"
    for size in (1, 700, 2000):
        data = (line * size + b"{broken\n" + A) * 2
        indexed, held = Indexed([("x", data)]), whole(("x", data))
        assert told(indexed) == told(held)
        assert indexed.skips == held.skips


def test_targets_that_are_read_together_are_those_of_one_file_one_behind_the_other() -> None:
    """Whatever lies between two runs of lines, and where a file ends as another begins."""
    a, b = (A.replace(b'"a"', b'"%b"' % name) for name in (b"d", b"e"))
    between = b" " * (len(a) - 1) + b"\n"
    for files in (
        [A + a + b + a + A],
        [A + a + between + b, A],
        [A + a, between + between + b + A],
        [A + a + b + BAD + B],
        [(A + a + b) * 300],
    ):
        named = [(f"file {number}", data) for number, data in enumerate(files)]
        indexed, held = Indexed(named), whole(*named)
        assert told(indexed) == told(held)
        assert indexed.skips == held.skips
    many = b"".join(A.replace(b'"a"', b'"%d"' % n) * (n % 3 + 1) for n in range(700))
    assert told(Indexed([("x", many)])) == told(whole(("x", many)))


def test_both_know_the_same_ports() -> None:
    text = b"".join(
        b'{"target": "%s", "field": "http.server", "value": "x", "port": %d}\n' % each
        for each in ((b"a", 8000), (b"b", 80), (b"a", 80), (b"a", 8000))
    )
    known = Indexed((("one", text), ("two", A))).ports
    assert {target: [p.port for p in ports] for target, ports in known.items()} == {
        "a": [80, 8000],
        "b": [80],
    }
    assert known == Held(jsonl.parse_records(text, "one")).ports


@given(
    st.lists(st.sampled_from([A, B, BAD, b"\n", b"x\n", b'{"target": 5}\n', b"[]\n"]), max_size=12)
)
def test_fuzz_any_order_of_lines(parts: list[bytes]) -> None:
    data = A + b"".join(parts)
    indexed, held = Indexed([("x", data)]), whole(("x", data))
    assert told(indexed) == told(held)
    assert indexed.skips == held.skips
