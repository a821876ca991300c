"""Recorded answers."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.jsonl import PASTED, parse_records, sniff

HTTP = "HTTP/1.0 200 OK\r\nServer: x\r\n\r\n"


def test_both_shapes_and_ports() -> None:
    lines = [
        {"target": "a", "field": "http.server", "value": "x", "port": 81},
        {"target": "a", "protocol": "http", "raw": HTTP},
        {"target": "b", "protocol": "http", "hex": HTTP.encode().hex()},
    ]
    found = parse_records("\n".join(json.dumps(line) for line in lines).encode(), "f")
    assert found.targets == ("a", "b")
    assert found.evidence[0].port == 81
    servers = [(e.target, e.value) for e in found.evidence if e.field == "http.server"]
    assert servers == [("a", "x"), ("a", "x"), ("b", "x")]
    assert found.skips == ()


def test_each_bad_line_is_a_skip_with_its_number() -> None:
    lines = [
        '{"target": "a", "field": "http.server", "value": "x"}',
        "nonsense",
        '{"target": "a"}',
        '{"target": "a", "protocol": "http"}',
        '{"target": "a", "protocol": "gopher", "raw": "x"}',
        '{"target": "a", "protocol": "http", "hex": "zz"}',
        '{"field": "http.server", "value": "x"}',
        "",
    ]
    found = parse_records("\n".join(lines).encode(), "f")
    assert [skip.subject for skip in found.skips] == [f"f, line {n}" for n in range(2, 8)]
    assert len(found.evidence) == 1


def test_pasted_answers_are_recognised() -> None:
    for text in (
        HTTP,
        "RTSP/1.0 200 OK\r\nServer: x\r\n\r\n",
        "SSH-2.0-dropbear\r\n",
        "220 ftp\r\n",
    ):
        found = parse_records(text.encode(), "-")
        assert found.targets == (PASTED,)
        assert found.evidence
    assert parse_records(b"hello", "-").skips[0].reason.startswith("neither")
    assert parse_records(b"", "-").skips


def test_a_byte_order_mark_and_crlf_are_harmless() -> None:
    text = '\ufeff{"target": "a", "field": "http.server", "value": "x"}\r\n'
    assert len(parse_records(text.encode(), "f").evidence) == 1


def test_values_are_bounded() -> None:
    line = json.dumps({"target": "a", "field": "http.body", "value": "x" * 99999})
    assert len(parse_records(line.encode(), "f").evidence[0].value) == 8192


def test_the_port_of_an_answer_is_open() -> None:
    lines = [
        {"target": "a", "field": "http.server", "value": "x", "port": 81},
        {"target": "a", "protocol": "rtsp", "raw": "RTSP/1.0 200 OK\r\n\r\n", "port": 554},
        {"target": "a", "protocol": "sadp", "raw": "<x/>", "port": 37020},
        {"target": "a", "field": "http.server", "port": 82},
        {"target": "a", "protocol": "http", "port": 83},
        {"target": "a", "protocol": "http", "raw": HTTP},
    ]
    found = parse_records("\n".join(json.dumps(line) for line in lines).encode(), "f")
    assert [(t, p.port, p.service, p.status) for t, p in found.ports] == [
        ("a", 81, None, "open"),
        ("a", 554, None, "open"),
    ]


@given(st.binary(max_size=400))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["target", "field", "value", "protocol", "raw", "hex", "port"]),
            st.one_of(
                st.text(max_size=20), st.integers(), st.sampled_from(["http", "rtsp", "wsd", "tls"])
            ),
        )
    )
)
def test_fuzz_parse_records_of_objects(lines: list[dict[str, object]]) -> None:
    found = parse_records("\n".join(json.dumps(line) for line in lines).encode(), "f")
    assert len(found.skips) <= max(1, len(lines))


def test_sniff() -> None:
    assert sniff(b'\xef\xbb\xbf{"target": "a"}')
    assert sniff(HTTP.encode())
    assert sniff(b"<soap:Envelope/>")
    assert not sniff(b'{"ip": "10.0.0.1", "text": "\\"target\\": 1"}')
    assert not sniff(b"<?xml version='1.0'?><nmaprun>")
    assert not sniff(b"")


def test_a_port_is_a_port() -> None:
    line = b'{"target": "a", "field": "http.server", "value": "x", "port": %d}\n'
    found = parse_records(b"".join(line % port for port in (80, 65536, -1)), "f")
    assert [item.port for item in found.evidence] == [80]
    assert [skip.subject for skip in found.skips] == ["f, line 2", "f, line 3"]


def test_nested_without_end_is_a_bad_line() -> None:
    data = b'{"target": "a", "x": ' + b"[" * 200_000 + b"\n" + b'{"target": "b"}\n'
    found = parse_records(data, "f")
    assert found.targets == ("b",)
    assert [skip.subject for skip in found.skips] == ["f, line 1", "f, line 2"]
