"""Evidence out of what other tools kept of an answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from camscan.protocols import http
from camscan.sources.answer import (
    Answers,
    address_of,
    base64_of,
    header_lines,
    header_name,
    inside,
    port_of,
    rfc4514,
    time_of,
)

PAGE = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\nX-Frame-Options: DENY\r\n"
    b'WWW-Authenticate: Digest realm="IPC"\r\n\r\n<title>Sign in</title>'
)


def collected(answers: Answers) -> list[tuple[str, str]]:
    return [(item.field, item.value) for item in answers.evidence]


def test_an_answer_in_parts_gives_the_fields_of_the_raw_answer() -> None:
    live = list(http.decode(PAGE).fields)
    raw, apart, halves = (Answers("a", "m") for _ in range(3))
    assert raw.raw(PAGE)
    headers = {
        "server": ["App-webs/"],
        "x_frame_options": ["DENY"],
        "www_authenticate": ['Digest realm="IPC"'],
    }
    apart.page(401, header_lines(headers), "<title>Sign in</title>")
    head, _, body = PAGE.partition(b"\r\n\r\n")
    assert halves.head_and_body(head, body.decode())
    assert collected(raw) == live
    assert collected(apart) == live
    assert collected(halves) == live


def test_evidence_carries_where_and_when() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    answers = Answers("10.0.0.1", "shodan", port=161, transport="udp", at=at)
    answers.add("snmp.sysdescr", "x" * 9000)
    (item,) = answers.evidence
    assert (item.target, item.method, item.port, item.transport) == (
        "10.0.0.1",
        "shodan",
        161,
        "udp",
    )
    assert item.at == at
    assert len(item.value) == 8192


def test_http_over_udp_is_no_web_server() -> None:
    answers = Answers("a", "m", transport="udp")
    assert answers.raw(b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: x\r\n\r\n")
    assert collected(answers) == [("ssdp.server", "x"), ("ssdp.st", "upnp:rootdevice")]
    assert not answers.raw(b"HTTP/1.1 200 OK\r\nServer: y\r\n\r\n")


def test_a_page_without_a_status_has_none() -> None:
    answers = Answers("a", "m")
    answers.page(None, [("Server", "x")], None)
    assert collected(answers) == [("http.server", "x")]


def test_hardware() -> None:
    answers = Answers("a", "m")
    answers.hardware("A4-14-37-42-BD-F2")
    answers.hardware("not a MAC")
    assert collected(answers) == [("mac.address", "a4:14:37:42:bd:f2"), ("mac.oui", "a4:14:37")]


def test_names() -> None:
    assert rfc4514("C=US, O=Cloudflare\\, Inc., CN=x") == "CN=x,O=Cloudflare\\, Inc.,C=US"
    assert rfc4514({"C": "US", "CN": "x", "O": "Acme"}) == "CN=x,O=Acme,C=US"
    assert rfc4514(7) is None
    assert header_name("www_authenticate") == "WWW-Authenticate"
    assert header_name("x_frame_options") == "X-Frame-Options"
    assert header_name("CF-RAY") == "CF-RAY"
    unknown = {"unknown": [{"key": "x_cam", "value": ["1"]}], "_encoding": {"a": "b"}}
    assert header_lines(unknown) == [("X-Cam", "1")]
    assert header_lines({"Server": {"headers": ["x"]}}) == [("Server", "x")]
    assert header_lines("no") == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-11-06T16:18:00-08:00", datetime(2025, 11, 7, 0, 18, tzinfo=UTC)),
        ("2024-10-27T16:39:11.239145327Z", datetime(2024, 10, 27, 16, 39, 11, 239145, UTC)),
        ("2026-03-15T22:57:45.950793", datetime(2026, 3, 15, 22, 57, 45, 950793, UTC)),
        ("1795495657", datetime(2026, 11, 24, 4, 47, 37, tzinfo=UTC)),
        ("yesterday", None),
        (10**30, None),
        (True, None),
        (None, None),
    ],
)
def test_times(value: object, expected: datetime | None) -> None:
    assert time_of(value) == expected


def test_small_readers() -> None:
    assert address_of(" 2001:DB8:0:0::1 ") == "2001:db8::1"
    assert address_of("cam.example") is None
    assert port_of("443") == 443
    assert [port_of(value) for value in (0, 65536, True, "x", None, 1.5)] == [None] * 6
    assert base64_of("aGk=\n") == b"hi"
    assert base64_of(5) == b""
    assert inside({"a": {"b": 1}}, "a", "b") == 1
    assert inside({"a": 1}, "a", "b") is None
