"""masscan JSON, of masscan 1.3.2 itself (data/README.md)."""

from __future__ import annotations

import base64
import json
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.masscan import NAME, parse_records, sniff

DATA = Path(__file__).parent / "data"
LINES = (DATA / "masscan-1.3.2.json").read_bytes()
ND = (DATA / "masscan-1.3.2.ndjson").read_bytes()


def banner(kind: str, text: str, port: int = 80, proto: str = "tcp") -> bytes:
    service = {"name": kind, "banner": text}
    record = {
        "ip": "10.0.0.9",
        "timestamp": "1795496824",
        "ports": [{"port": port, "proto": proto, "service": service}],
    }
    return b"[\n" + json.dumps(record).encode() + b"\n]\n"


def pairs(data: bytes) -> list[tuple[str, str]]:
    return [(item.field, item.value) for item in parse_records(data, "f").evidence]


@pytest.mark.parametrize("data", [LINES, ND])
def test_open_ports_name_the_host(data: bytes) -> None:
    found = parse_records(data, "f")
    assert found.targets == ("10.66.0.12",)
    assert found.skips == ()
    assert sniff(data)


def test_a_closed_port_is_no_host() -> None:
    found = parse_records(LINES.replace(b'"open"', b'"closed"'), "f")
    assert found.targets == ()
    assert {port.status for _, port in found.ports} == {"closed"}
    assert parse_records(LINES.replace(b'"open"', b'"odd"'), "f").ports == ()


def test_banners_are_decoded_as_those_of_a_scan() -> None:
    lines = ("HTTP/1.1 401 Unauthorized", "Server: App-webs/", 'WWW-Authenticate: Basic realm="x"')
    data = banner("http", "\r\n".join((*lines, "", "")))
    (first, *_) = parse_records(data, "f").evidence
    assert (first.method, first.port, first.transport) == (NAME, 80, "tcp")
    assert first.at == datetime(2026, 11, 24, 5, 7, 4, tzinfo=UTC)
    assert pairs(data) == [
        ("http.status", "401"),
        ("http.server", "App-webs/"),
        ("http.www_authenticate", 'Basic realm="x"'),
    ]
    assert pairs(banner("http.server", "App-webs/")) == [("http.server", "App-webs/")]
    assert pairs(banner("title", "Sign in")) == [("http.title", "Sign in")]
    assert pairs(banner("ssh", "SSH-2.0-dropbear", 22)) == [("ssh.banner", "SSH-2.0-dropbear")]
    assert pairs(banner("ssl", "TLS/1.2 cipher:0xc030", 443)) == []
    snmp = "sysDescr:Linux IPC 3.4.35\nsysName:cam"
    assert pairs(banner("snmp", snmp, 161, "udp")) == [("snmp.sysdescr", "Linux IPC 3.4.35")]


def test_banners_of_masscan_itself() -> None:
    data = (DATA / "masscan-banners.json").read_bytes()
    assert parse_records(data, "f").targets == ("10.130.10.6", "10.130.10.11")
    assert pairs(data)[:3] == [
        ("http.server", "nginx/1.24.0 (Ubuntu)"),
        ("http.title", "Welcome to nginx!"),
        ("http.status", "200"),
    ]
    assert ("http.header", 'ETag: "66e224dd-267"') in pairs(data)


def test_certificates() -> None:
    der = ssl.PEM_cert_to_DER_cert((DATA / "certificate.pem").read_text("ascii"))
    found = pairs(banner("X509", base64.b64encode(der).decode(), 443))
    assert ("tls.subject", "CN=axis-accc8eac6fe6,O=Axis Communications AB") in found


def test_one_record_a_line_with_a_banner() -> None:
    line = (
        '{"ip":"10.0.0.9","timestamp":"1795496824","port":22,"proto":"tcp","rec_type":"banner",'
        '"data":{"service_name":"ssh","banner":"SSH-2.0-dropbear"}}'
    )
    assert pairs(line.encode()) == [("ssh.banner", "SSH-2.0-dropbear")]


def test_the_tail_of_old_versions_and_bad_lines() -> None:
    old = LINES.rstrip().removesuffix(b"]") + b',\n{finished: 1}\n]\n{"ip": 7}\nrubbish\n'
    found = parse_records(old, "f")
    assert found.targets == ("10.66.0.12",)
    assert len(found.skips) == 2


@given(st.binary(max_size=200))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")
    parse_records(b'{"ip": "10.0.0.1", "ports": [' + data + b"]}", "f")
    sniff(data)


@given(st.sampled_from(["http", "X509", "snmp", "title", "ssh"]), st.text(max_size=80))
def test_fuzz_parse_records_of_banners(kind: str, text: str) -> None:
    parse_records(banner(kind, text), "f")
