"""Censys hosts that others recorded (data/README.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.censys import NAME, parse_records, sniff
from tests.json_values import json_values

DATA = Path(__file__).parent / "data"
V2 = (DATA / "censys-v2.json").read_bytes()
PLATFORM = (DATA / "censys-platform.json").read_bytes()


def pairs(data: bytes) -> list[tuple[int | None, str, str]]:
    return [(e.port, e.field, e.value) for e in parse_records(data, "f").evidence]


def test_search_v2() -> None:
    found = parse_records(V2, "f")
    assert found.targets == ("8.8.8.8",)
    assert found.skips == ()
    assert {e.method for e in found.evidence} == {NAME}
    assert {e.at for e in found.evidence} == {datetime(2024, 10, 27, 14, 44, 1, 811676, UTC)}
    every = pairs(V2)
    assert (443, "http.status", "302") in every
    assert (443, "http.title", "302 Moved") in every
    # The raw banner has the names of headers as they were sent.
    assert (443, "http.header", "X-XSS-Protection: 0") in every
    assert (443, "tls.subject", "CN=dns.google") in every
    assert (443, "tls.issuer", "CN=WR2,O=Google Trust Services,C=US") in every
    assert (443, "tls.san", "dns.google") in every


def test_platform() -> None:
    assert parse_records(PLATFORM, "f").targets == ("1.1.1.1",)
    every = pairs(PLATFORM)
    assert (80, "http.server", "cloudflare") in every
    assert (80, "http.location", "https://1.1.1.1/") in every
    assert (80, "http.header", "CF-RAY: 9e9db9191b3386fe-ORD") in every
    subject = "CN=cloudflare-dns.com,O=Cloudflare\\, Inc.,L=San Francisco,ST=California,C=US"
    assert (443, "tls.subject", subject) in every
    assert parse_records(PLATFORM, "f").evidence[0].at == datetime(
        2026, 4, 10, 0, 44, 26, tzinfo=UTC
    )


def test_several_hosts_in_an_envelope_and_in_lines() -> None:
    host = json.loads(V2)
    other = {**host, "ip": "10.0.0.1"}
    wrapped = json.dumps({"code": 200, "result": {"hits": [host, other]}}).encode()
    lines = json.dumps(host).encode() + b"\n" + json.dumps(other).encode()
    assert parse_records(wrapped, "f") == parse_records(lines, "f")
    assert parse_records(lines, "f").targets == ("8.8.8.8", "10.0.0.1")


@pytest.mark.parametrize(
    "line",
    [
        {
            "ip": "10.0.0.1",
            "services.port": 80,
            "services.http.response.status_code": 401,
            "services.http.response.headers.Server": ["App-webs/"],
            "services.http.response.html_title": "Sign in",
        },
        {
            "ip": "10.0.0.1",
            "80.http.get.status_code": 401,
            "80.http.get.headers.server": "App-webs/",
            "80.http.get.title": "Sign in",
        },
    ],
)
def test_flattened_lines(line: dict[str, object]) -> None:
    data = json.dumps(line).encode()
    assert sniff(data)
    assert set(pairs(data)) >= {
        (80, "http.status", "401"),
        (80, "http.server", "App-webs/"),
        (80, "http.title", "Sign in"),
    }


def test_banners_and_favicons() -> None:
    rtsp = b"RTSP/1.0 200 OK\r\nServer: Hipcam\r\n\r\n"
    icons = [{"shodan_hash": -5, "md5_hash": "ab" * 16}]
    host = {
        "ip": "10.0.0.1",
        "services": [
            {"port": 554, "banner_hex": rtsp.hex(), "banner": "other"},
            {"port": 23, "banner": "cam login: ", "banner_hex": "zz"},
            {"port": 80, "http": {"response": {"favicons": icons}}},
        ],
    }
    every = pairs(json.dumps(host).encode())
    assert (554, "rtsp.server", "Hipcam") in every
    assert (23, "telnet.banner", "cam login:") in every
    assert (80, "http.favicon.mmh3", "-5") in every
    assert (80, "http.favicon.md5", "ab" * 16) in every


def test_a_record_without_a_host_is_a_skip() -> None:
    found = parse_records(b'{"code": 404}\n[\n{"ip": "10.0.0.1"}\n', "f")
    assert found.targets == ("10.0.0.1",)
    assert [skip.reason for skip in found.skips] == ["no host with an `ip`"]


def test_sniff() -> None:
    assert sniff(V2)
    assert sniff(PLATFORM)
    assert not sniff(b'{"target": "a", "field": "services", "value": "x"}')


def test_ports_are_open_with_the_service_that_answered() -> None:
    known = {p.port: (p.service, p.status) for _, p in parse_records(PLATFORM, "f").ports}
    assert known[80] == ("http", "open")
    assert known[443][1] == "open"
    assert known[443][0] != "http", "TLS was around it"
    secure = {p.transport: p.service for _, p in parse_records(V2, "f").ports if p.port == 443}
    assert secure == {"tcp": "https", "udp": None}


@given(st.binary(max_size=200))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")
    sniff(data)


_JSON = json_values(
    "ip", "services", "services.port", "port", "80.http.get", "http", "response", "headers",
    "body", "html_title", "endpoints", "path", "tls", "certificates", "leaf_data", "names",
    "cert", "parsed", "banner", "banner_hex", "favicons", "shodan_hash", "443", "result", "hits",
    "observed_at",
)  # fmt: skip


@given(_JSON)
def test_fuzz_parse_records_of_objects(data: object) -> None:
    parse_records(json.dumps({"ip": "10.0.0.1", "services": data, "443": data}).encode(), "f")
    parse_records(json.dumps(data).encode(), "f")
