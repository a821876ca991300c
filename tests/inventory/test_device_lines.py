"""The quick path from recorded answers to lines beside the plain one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.identify import distinct, records
from camscan.inventory import device_lines
from camscan.inventory.device_lines import DeviceLines, batches
from camscan.inventory.merge import CHANNEL_FIELDS, single_device
from camscan.matching.recall import MOST_PLACES, Recall
from camscan.model.device import Port
from camscan.model.evidence import Record, evidence_of, sighting
from camscan.sources.targets import Indexed
from tests.shipped import shipped_matcher

MATCHER = shipped_matcher()
RECALL = Recall(MATCHER)
WRITER = DeviceLines(RECALL)
EXAMPLES = sorted(
    {(rule.field, each.text) for rule in MATCHER.fingerprints.rules for each in rule.examples}
)
FIELDS = sorted(
    {"mac.address", "mac.oui", "wsd.endpoint", "sadp.mac", "tvt.serial", "dhip.model", "x%b"}
    | CHANNEL_FIELDS
)
VALUES = (
    "00:40:8c:00:00:01",
    "44-19-b6-00-00-02",
    "44:19:b6",
    "uuid:00000000-0000-1000-8000-00408c000001",
    "16",
    "A1",
    'pretty "N1"',
    "\x00\x1f\x7f\xff\u2028%b%%\\",
    "\U0001f4f7" * 600,
)
IDS = ("10.0.0.1", "fe80::1%eth0", "10.0.0.01", 'Hall "B" 100 %b', "\U0001f4f7 caf\u00e9\x1f\\", "")
HTTP = 'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="hikvision"\r\nServer: App-webs/\r\n\r\n'
WAYS = (
    sighting("identify"),
    sighting("identify", 80),
    sighting('na"me\u00e9', None, "link"),
)


def plain(targets: Sequence[tuple[str, list[Record]]]) -> Iterator[device_lines.Line]:
    for target, held in targets:
        device, skips = single_device(target, evidence_of(target, held), RECALL)
        yield msgspec.json.encode(device), skips


def assert_same(targets: Sequence[tuple[str, list[Record]]]) -> None:
    assert WRITER.lines(targets) == list(plain(targets))


@pytest.mark.parametrize("mixed", [records, lambda n: distinct(records(n))])
def test_the_mix_of_the_bench_is_written_as_ever(mixed) -> None:
    lines = [{"target": t, "field": f, "value": v} for t, f, v in mixed(8000)]
    data = "\n".join(map(json.dumps, lines)).encode()
    targets = list(Indexed([("x", data)]))
    writer = DeviceLines(RECALL)
    found = [
        line for at in range(0, len(targets), 100) for line in writer.lines(targets[at:][:100])
    ]
    assert found == list(plain(targets))


def test_raw_and_hexadecimal_answers() -> None:
    lines = [
        {"target": target, "protocol": "http", **shape}
        for target in IDS
        for shape in ({"raw": HTTP, "port": 81}, {"hex": HTTP.encode().hex()}, {"raw": "\x00"})
    ]
    assert_same(list(Indexed([("x", "\n".join(map(json.dumps, lines)).encode())])))


def test_what_was_not_concluded_is_told_of_each() -> None:
    both: list[Record] = [
        ("http.www_authenticate", 'Basic realm="hikvision"', sighting("identify", 80)),
        ("http.www_authenticate", 'Digest realm="AXIS_00408C000000"', sighting("identify", 80)),
    ]
    found = [WRITER.lines([(target, both)])[0] for target in ("first", "second")]
    assert [skips[0].subject for _, skips in found] == ["first", "second"]
    assert found == list(plain([("first", both), ("second", both)]))


def test_channels_are_those_of_each_recorder() -> None:
    def recorder(channels: str) -> list[Record]:
        return [
            ("panasonic.channels", channels, sighting("identify")),
            ("sadp.digital_channel_num", "4", sighting("identify")),
            ("http.server", "App-webs/", sighting("identify")),
        ]

    assert_same([(count, recorder(count)) for count in ("16", "16", "32", "0", "none")])


def test_what_is_seen_twice_or_without_end_is_written_once() -> None:
    one: Record = ("http.server", "App-webs/", sighting("identify"))
    many = [("http.title", f"hikvision {n}", sighting("identify")) for n in range(MOST_PLACES + 9)]
    cut: list[Record] = [
        ("a\x1fb", "c", sighting("identify")),
        ("a", "b\x1fc", sighting("identify")),
    ]
    hits = [("http.server", "App-webs/", sighting("identify", n)) for n in range(MOST_PLACES + 9)]
    assert_same([("t", [one, one]), ("u", many), ("v", cut), ("w", []), ("x", hits)])


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_lines, "MOST_KNOWN", 8)
    monkeypatch.setattr(device_lines, "MOST_CASES", 2)
    monkeypatch.setattr(device_lines, "_MOST_SHAPES", 3)
    writer = DeviceLines(RECALL)
    for number in range(200):
        held = [(f"f{number % 7}", f"v{number}", WAYS[number % 3])]
        held += [(*EXAMPLES[number], WAYS[0]), ("http.body", "x" * 9000, WAYS[0])]
        assert writer.lines([("t", held)]) == list(plain([("t", held)]))
        assert len(writer._known) <= 10
        assert len(writer._older) <= 10
        assert not writer._passing
        assert len(writer._templates) <= 2
        assert len(writer._plans) <= 2
        assert len(writer._shapes) <= 3


def test_a_plan_is_for_targets_of_the_same_records_in_the_same_places() -> None:
    """What says nothing moves the rest, and two values of one kind may or may not be one."""
    server: Record = ("http.server", "App-webs/", WAYS[0])
    silent: list[Record] = [("http.title", f"nobody's {n}", WAYS[0]) for n in range(3)]
    mac: list[Record] = [("mac.address", f"00:40:8c:00:00:0{n}", WAYS[0]) for n in range(3)]
    sadp: Record = ("sadp.mac", "00:40:8c:00:00:01", WAYS[0])
    assert_same(
        [
            ("a", [server, silent[0]]),
            ("b", [silent[1], server]),
            ("c", [silent[2], server]),
            ("d", [mac[0], server, mac[0]]),
            ("e", [mac[1], silent[0], server]),
            ("f", [mac[2], silent[1], server]),
            ("g", [mac[1], sadp]),
            ("h", [mac[2], sadp]),
            ("i", [mac[1], sadp]),
            ("j", []),
        ]
    )


def test_batches_hold_all_targets_and_never_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_lines, "MOST_AT_ONCE", 10)
    one: Record = ("http.title", "x", WAYS[0])
    targets = [(str(number), [one] * (number % 5)) for number in range(100)]
    found = list(batches(targets))
    assert [each for batch in found for each in batch] == targets
    assert max(sum(len(held) for _, held in batch) for batch in found) <= 10 + 4
    assert [len(batch) for batch in batches([("t", [])] * 25)] == [10, 10, 5]
    assert list(batches([])) == []


pairs = st.one_of(
    st.sampled_from(EXAMPLES),
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)),
    st.tuples(st.sampled_from([field for field, _ in EXAMPLES]), st.text(max_size=20)),
    st.tuples(st.text(max_size=5), st.text(max_size=5)),
)
targets = st.tuples(
    st.one_of(st.sampled_from(IDS), st.text(max_size=9)),
    st.lists(
        st.tuples(pairs, st.sampled_from(WAYS)).map(lambda each: (*each[0], each[1])), max_size=7
    ),
)


@given(st.lists(targets, min_size=1, max_size=4))
def test_fuzz_every_target_is_written_as_it_is_judged(
    found: list[tuple[str, list[Record]]],
) -> None:
    assert_same(found)
    assert_same([(f"{target}'", held) for target, held in found])


def test_open_ports_stand_in_the_line_of_their_target() -> None:
    ports = (
        Port(port=80, transport="tcp", service=None, status="open"),
        Port(port=554, transport="tcp", service="rtsp", status="open"),
    )
    held: list[Record] = [("http.server", "App-webs/", sighting("identify"))]
    given = {"b": ports, "c": ports[:1], "d": ports}
    twice = [*held, *held]
    found = DeviceLines(RECALL, given).lines([("a", held), ("b", held), ("c", held), ("d", twice)])
    seen = [json.loads(line)["ports"] for line, _ in found]
    assert seen == [msgspec.to_builtins([*given.get(target, ())]) for target in "abcd"]
