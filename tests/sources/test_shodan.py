"""Shodan banners that others recorded (data/README.md)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.favicon import hashes
from camscan.sources.shodan import NAME, parse_records, sniff
from tests.json_values import json_values

DATA = Path(__file__).parent / "data"
SAMPLE = (DATA / "shodan.jsonl").read_bytes()
CAMERA = "119.23.253.64"


def pairs(data: bytes, target: str) -> list[tuple[str, str]]:
    return [(e.field, e.value) for e in parse_records(data, "f").evidence if e.target == target]


def test_banners() -> None:
    found = parse_records(SAMPLE, "f")
    assert found.targets == (CAMERA, "8.8.8.8")
    assert found.skips == ()
    camera = [item for item in found.evidence if item.target == CAMERA]
    assert {(e.method, e.port, e.transport) for e in camera} == {(NAME, 2067, "tcp")}
    assert camera[0].at == datetime(2026, 3, 15, 22, 57, 45, 950793, UTC)
    assert ("http.server", "GoAhead-Webs") in pairs(SAMPLE, CAMERA)
    assert ("http.status", "401") in pairs(SAMPLE, CAMERA)
    assert ("http.title", "Document Error: Unauthorized") in pairs(SAMPLE, CAMERA)


def test_redirect_page_favicon_and_certificate() -> None:
    found = pairs(SAMPLE, "8.8.8.8")
    assert [value for field, value in found if field == "http.status"] == ["302", "200"]
    assert ("http.location", "https://dns.google/") in found
    assert ("http.title", "Google Public DNS") in found
    assert ("http.favicon.mmh3", "56641965") in found
    assert ("tls.issuer", "CN=WR2,O=Google Trust Services,C=US") in found
    assert next(value for field, value in found if field == "http.body").startswith("<!DOCTYPE")


def test_the_bytes_of_an_icon_and_of_a_certificate_win() -> None:
    icon = b"\x00\x00\x01\x00icon"
    banner = {
        "ip_str": "10.0.0.1",
        "port": 443,
        "data": "HTTP/1.1 200 OK\r\n\r\n",
        "http": {"favicon": {"data": base64.b64encode(icon).decode(), "hash": 1}},
        "ssl": {"chain": [(DATA / "certificate.pem").read_text("ascii")], "cert": {"subject": {}}},
    }
    found = pairs(json.dumps(banner).encode(), "10.0.0.1")
    assert ("http.favicon.mmh3", str(hashes(icon).mmh3)) in found
    assert ("http.favicon.md5", hashes(icon).md5) in found
    assert ("tls.subject", "CN=axis-accc8eac6fe6,O=Axis Communications AB") in found


def test_rtsp_and_snmp() -> None:
    rtsp = {"ip_str": "10.0.0.1", "port": 554, "data": "RTSP/1.0 401 X\r\nServer: Hipcam\r\n\r\n"}
    assert ("rtsp.server", "Hipcam") in pairs(json.dumps(rtsp).encode(), "10.0.0.1")
    snmp = {"ip_str": "10.0.0.1", "transport": "udp", "snmp": {"description": "Linux IPC"}}
    assert pairs(json.dumps(snmp).encode(), "10.0.0.1") == [("snmp.sysdescr", "Linux IPC")]


def test_answers_of_the_api() -> None:
    lines = [json.loads(line) for line in SAMPLE.splitlines()]
    search = json.dumps({"matches": lines, "total": 3}, indent=1).encode()
    assert parse_records(search, "f").evidence == parse_records(SAMPLE, "f").evidence
    host = {"ip_str": "10.0.0.1", "data": [{"port": 22, "data": "SSH-2.0-dropbear\r\n"}]}
    assert pairs(json.dumps(host).encode(), "10.0.0.1") == [("ssh.banner", "SSH-2.0-dropbear")]


def test_shodans_conclusions_are_left_out() -> None:
    line = {"ip_str": "10.0.0.1", "port": 80, "data": "", "product": "Hikvision IP Camera"}
    assert pairs(json.dumps(line).encode(), "10.0.0.1") == []


def test_a_bad_line_is_a_skip() -> None:
    found = parse_records(b'{"port": 80}\n{"ip_str":\n' + SAMPLE, "f")
    assert len(found.targets) == 2
    assert len(found.skips) == 2


def test_sniff() -> None:
    assert sniff(SAMPLE)
    assert all(sniff(line) for line in SAMPLE.splitlines())
    long = b'{"hash": 1, "asn": "AS1", "http": {"html": "' + b"x" * 100_000 + b'"}, "ip_str": "a"}'
    assert sniff(long)
    assert not sniff(b'{"target": "a", "field": "b", "value": "_shodan"}')


def test_ports_are_open_with_the_service_that_answered() -> None:
    found = [
        (target, p.port, p.service, p.status) for target, p in parse_records(SAMPLE, "f").ports
    ]
    assert found == [
        (CAMERA, 2067, "http", "open"),
        ("8.8.8.8", 443, "https", "open"),
        ("8.8.8.8", 53, None, "open"),
    ]
    unknown = b'{"ip_str": "10.0.0.1", "port": 161, "transport": "udp", "data": "?"}'
    ((_, port),) = parse_records(unknown, "f").ports
    assert (port.port, port.transport, port.service) == (161, "udp", None)


@given(st.binary(max_size=200))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")
    sniff(data)


_JSON = json_values(
    "http", "data", "ssl", "chain", "cert", "subject", "issuer", "fingerprint", "sha256",
    "favicon", "hash", "redirects", "html", "title", "server", "status", "port", "transport",
    "timestamp", "snmp", "upnp", "matches", "ip_str",
)  # fmt: skip


@given(_JSON)
def test_fuzz_parse_records_of_objects(data: object) -> None:
    parse_records(json.dumps({"ip_str": "10.0.0.1", "http": data, "ssl": data}).encode(), "f")
    parse_records(json.dumps(data).encode(), "f")
