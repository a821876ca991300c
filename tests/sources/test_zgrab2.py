"""zgrab2 output; the first line is of its own README (data/README.md)."""

from __future__ import annotations

import base64
import json
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.json_records import records
from camscan.sources.zgrab2 import NAME, parse_records, sniff
from tests.json_values import json_values

SAMPLE = (Path(__file__).parent / "data" / "zgrab2-http.jsonl").read_bytes()
PEM = Path(__file__).parent / "data" / "certificate.pem"


def line(module: str, result: dict[str, Any] | None, **more: Any) -> bytes:
    scan = {"status": "success", "protocol": module, "result": result, **more}
    return json.dumps({"ip": "10.0.0.9", "data": {f"{module}1": scan}}).encode()


def pairs(data: bytes) -> list[tuple[str, str, int | None]]:
    return [(e.field, e.value, e.port) for e in parse_records(data, "f").evidence]


def test_a_page() -> None:
    found = parse_records(SAMPLE, "f")
    assert found.targets == ("23.215.0.138",)
    assert found.skips == ()
    assert {(e.method, e.port, e.transport) for e in found.evidence} == {(NAME, 80, "tcp")}
    assert {e.at for e in found.evidence} == {datetime(2025, 11, 7, 0, 18, tzinfo=UTC)}
    assert ("http.title", "Example Domain", 80) in pairs(SAMPLE)
    assert ("http.status", "200", 80) in pairs(SAMPLE)


def test_the_first_page_of_a_redirect_stands_first() -> None:
    chain = [{"status_code": 302, "headers": {"location": ["/doc/page/login.asp"]}}]
    page = {
        "status_code": 200,
        "headers": {"server": ["App-webs/"]},
        "request": {"url": {"scheme": "http", "host": "10.0.0.9:8000"}},
    }
    found = pairs(line("http", {"redirect_response_chain": chain, "response": page}))
    assert found[:2] == [
        ("http.status", "302", 8000),
        ("http.location", "/doc/page/login.asp", 8000),
    ]
    assert ("http.server", "App-webs/", 8000) in found


def test_a_certificate_by_its_bytes_and_by_its_names() -> None:
    der = ssl.PEM_cert_to_DER_cert(PEM.read_text("ascii"))
    parsed = {
        "subject_dn": "C=US, CN=cam",
        "issuer_dn": "CN=ca",
        "fingerprint_sha256": "ab" * 32,
    }
    raw = {"raw": base64.b64encode(der).decode(), "parsed": parsed}
    for certificate, subject in (
        (raw, "CN=axis-accc8eac6fe6,O=Axis Communications AB"),
        ({"parsed": parsed}, "CN=cam,C=US"),
    ):
        log = {"handshake_log": {"server_certificates": {"certificate": certificate}}}
        assert ("tls.subject", subject, 443) in pairs(line("tls", log, port=443))
        page = {"response": {"status_code": 200, "request": {"tls_log": log}}}
        assert ("tls.subject", subject, None) in pairs(line("http", page))


def test_banners() -> None:
    assert pairs(line("ftp", {"banner": "220 IPCamera FTP ready\r\n"})) == [
        ("ftp.banner", "220 IPCamera FTP ready", None)
    ]
    assert pairs(line("telnet", {"banner": "\r\nhi3516 login: "})) == [
        ("telnet.banner", "hi3516 login:", None)
    ]
    assert pairs(line("ssh", {"server_id": {"raw": "SSH-2.0-dropbear"}})) == [
        ("ssh.banner", "SSH-2.0-dropbear", None)
    ]
    rtsp = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Hipcam RealServer/V1.0\r\n\r\n"
    assert ("rtsp.server", "Hipcam RealServer/V1.0", 554) in pairs(
        line("banner", {"banner": rtsp}, port=554)
    )


def test_who_did_not_answer_is_no_target() -> None:
    silent = b'{"ip":"10.0.0.9","data":{"http":{"status":"connection-timeout","protocol":"http"}}}'
    assert sniff(silent)
    assert parse_records(silent, "f").targets == ()
    nowhere = parse_records(b'{"domain":"x","data":{}}', "f")
    assert [skip.reason for skip in nowhere.skips] == ["no IP address"]


def test_sniff() -> None:
    assert sniff(SAMPLE)
    assert not sniff(b'{"target": "a", "field": "http.body", "value": "x"}')
    assert not sniff(b"")


def ports(data: bytes) -> list[tuple[int, str | None, str]]:
    return [(p.port, p.service, p.status) for _, p in parse_records(data, "f").ports]


def test_a_port_that_answered_is_open() -> None:
    assert ports(SAMPLE) == [(80, "http", "open")]
    page = {"status_code": 200, "headers": {"server": ["App-webs/"]}}
    secure = {**page, "request": {"tls_log": {"handshake_log": {}}}}
    assert ports(line("http", {"response": page}, port=8000)) == [(8000, "http", "open")]
    assert ports(line("http", {"response": secure}, port=8443)) == [(8443, "https", "open")]
    assert ports(line("http", {"response": page})) == [], "no port is named"
    assert ports(line("banner", {}, port=9000)) == [], "nothing was said"


def test_a_port_that_refused_is_closed_and_silence_is_nothing() -> None:
    for status, seen in (
        ("connection-refused", [(80, None, "closed")]),
        ("connection-timeout", []),
    ):
        data = line("http", None, status=status, port=80)
        assert ports(data) == seen
        assert parse_records(data, "f").targets == ()


@given(st.binary(max_size=200))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")
    sniff(data)


_JSON = json_values(
    "result", "response", "headers", "body", "status_code", "request", "url", "host", "scheme",
    "tls_log", "port", "raw", "handshake_log", "server_certificates", "certificate", "parsed",
    "banner", "server_id", "unknown", "key", "value", "redirect_response_chain", "timestamp",
    "tls", "extensions", "subject_dn",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["http", "tls"]), _JSON))
def test_fuzz_parse_records_of_objects(data: dict[str, object]) -> None:
    text = json.dumps({"ip": "10.0.0.9", "data": data}).encode()
    assert len(list(records(text, "f"))) == 1
    parse_records(text, "f")
