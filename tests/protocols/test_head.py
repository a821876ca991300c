from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.head import MAX_HEADERS, Head, head_fields, parse_head


def read(data: bytes) -> Head:
    parsed = parse_head(data)
    assert parsed is not None
    return parsed[0]


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", 200, "OK"),
        (b"HTTP/1.0 200", 200, ""),
        (b"HTTP/1.0 200 Ok", 200, "Ok"),
        (b"HTTP/1.1 401 NG", 401, "NG"),
        (b"HTTP/1.1 200OK", 200, "OK"),
        (b"HTTP/1.1 200\x01\x02junk", 200, "\x01\x02junk"),
        (b"HTTP/1.1  404  Not Found", 404, "Not Found"),
        (b"HTTP 403 Forbidden", 403, "Forbidden"),
        (b"RTSP/1.0 401 Unauthorized", 401, "Unauthorized"),
        (b"SIP/2.0 200 OK", 200, "OK"),
    ],
)
def test_status_lines(line: bytes, status: int, reason: str) -> None:
    head = read(line + b"\r\nServer: x\r\n\r\n")
    assert (head.status, head.reason, head.values("server")) == (status, reason, ("x",))


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_line_ends(end: bytes) -> None:
    parsed = parse_head(end.join((b"HTTP/1.1 200 OK", b"Server: x", b"A: b", b"", b"body")))
    assert parsed is not None
    head, rest = parsed
    assert head.values("server") == ("x",)
    assert head.values("a") == ("b",)
    assert rest.strip(b"\r\n") == b"body"


def test_bytes_before_the_status_line() -> None:
    head = read(b"\x00\x00\r\n<!-- x -->HTTP/1.0 200 OK\r\nServer: x\r\n\r\n")
    assert head.status == 200
    assert "bytes before the status line" in head.oddities


def test_line_without_a_colon_and_bare_date_are_junk_not_headers() -> None:
    head = read(b"HTTP/1.0 200 OK\r\nThu Jan  1 00:00:00 1970\r\nno colon\r\nServer: x\r\n\r\n")
    assert head.junk == ("Thu Jan  1 00:00:00 1970", "no colon")
    assert head.headers == (("Server", "x"),)


def test_two_status_lines_keep_both_codes() -> None:
    head = read(b"RTSP/1.0 200 OK\r\nRTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\n")
    assert head.statuses == (200, 401)
    assert "two status lines" in head.oddities


def test_folded_duplicate_and_unformatted_headers() -> None:
    head = read(
        b'HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\nWWW-Authenticate: Basic realm="a"\r\n'
        b'WWW-Authenticate: Digest realm="b"\r\nServer: %s\r\nX-Powered : %s/%d\r\n\r\n'
    )
    assert head.first("a") == "1 2"
    assert len(head.values("www-authenticate")) == 2
    assert head.first("server") == "%s"
    assert head.first("x-powered") == "%s/%d"


def test_body_without_a_blank_line() -> None:
    parsed = parse_head(b"HTTP/1.1 200 OK\nServer: x\n<html>a: b</html>")
    assert parsed is not None
    assert parsed[0].headers == (("Server", "x"),)
    assert parsed[1] == b"<html>a: b</html>"


@pytest.mark.parametrize("data", [b"", b"\x00" * 9, b"hello", b"HTTP/1.1", b"HTTP/1.1 20", b"<p>"])
def test_no_head(data: bytes) -> None:
    assert parse_head(data) is None


def test_fields_go_under_the_protocol_that_spoke() -> None:
    lines = b'/1.0 401 x\r\nServer: S\r\nWWW-Authenticate: Basic realm="r"\r\nX-A: 1\r\n\r\n'
    for name in (b"HTTP", b"RTSP"):
        room = name.decode().lower()
        assert head_fields(read(name + lines)) == [
            (f"{room}.status", "401"),
            (f"{room}.server", "S"),
            (f"{room}.www_authenticate", 'Basic realm="r"'),
            (f"{room}.header", "X-A: 1"),
        ]


def test_cookies_keep_their_name_only() -> None:
    head = read(b"HTTP/1.1 200 OK\r\nSet-Cookie: ZMSESSID=abc123; path=/\r\nSet-Cookie: =\r\n\r\n")
    assert ("http.cookie", "ZMSESSID=") in head_fields(head)
    assert "abc123" not in str(head_fields(head))


def test_headers_are_bounded() -> None:
    head = read(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000)
    assert len(head.headers) == MAX_HEADERS


@given(st.binary(max_size=600))
def test_fuzz_parse_head(data: bytes) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"RTSP/1.0 200"):
        parsed = parse_head(start + data)
        if parsed is not None:
            head_fields(parsed[0])
            assert (start + data).endswith(parsed[1])


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit", [b"HTTP/", b"\r", b"\n", b"\r\n", b"HTTP/1.1 200", b"a:", b"HTTP "]
)
def test_fuzz_parse_head_is_linear(unit: bytes) -> None:
    started = time.perf_counter()
    parse_head(b"HTTP/1.1 200 OK\r\n" + unit * (262144 // len(unit)))
    parse_head(unit * (262144 // len(unit)))
    assert time.perf_counter() - started < 2
