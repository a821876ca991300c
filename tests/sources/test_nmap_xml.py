"""nmap XML, of nmap 7.93 itself (data/README.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.nmap_xml import NAME, parse_records, sniff

DATA = Path(__file__).parent / "data"
SERVICES = (DATA / "nmap-7.93-sv.xml").read_bytes()
HEAD = b'<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" start="1795495657">'


def values(data: bytes, target: str, field: str, port: int | None) -> list[str]:
    return [
        item.value
        for item in parse_records(data, "f").evidence
        if (item.target, item.field, item.port) == (target, field, port)
    ]


def test_services_of_a_scan() -> None:
    found = parse_records(SERVICES, "f")
    assert found.targets == ("10.66.0.10", "10.66.0.12", "10.66.0.15")
    assert found.skips == ()
    assert {item.method for item in found.evidence} == {NAME}
    assert {item.at.date() for item in found.evidence} == {
        datetime(2026, 11, 24, tzinfo=UTC).date()
    }
    assert values(SERVICES, "10.66.0.10", "mac.address", None) == ["a4:14:37:42:bd:f2"]
    assert values(SERVICES, "10.66.0.10", "mac.oui", None) == ["a4:14:37"]
    assert values(SERVICES, "10.66.0.12", "http.title", 80) == ["AXIS"]
    assert values(SERVICES, "10.66.0.12", "tls.subject", 443) == [
        "CN=axis-accc8eac6fe6,O=Axis Communications AB"
    ]
    assert values(SERVICES, "10.66.0.15", "nmap.product", 80) == ["Debut embedded httpd"]
    assert values(SERVICES, "10.66.0.15", "nmap.version", 80) == ["1.30"]
    assert values(SERVICES, "10.66.0.15", "nmap.device_type", 80) == ["printer"]
    assert values(SERVICES, "10.66.0.15", "http.server", 80) == ["debut/1.30"]


def test_raw_answers_are_decoded_and_only_those_of_get_are_the_page() -> None:
    assert values(SERVICES, "10.66.0.10", "http.server", 80) == ["App-webs/"]
    assert values(SERVICES, "10.66.0.10", "http.status", 80) == ["200"]
    assert values(SERVICES, "10.66.0.10", "http.header", 80)[0] == 'ETag: "0-70b-1e1"'
    (methods,) = values(SERVICES, "10.66.0.10", "rtsp.public", 554)
    assert methods.startswith("OPTIONS, DESCRIBE")


def test_the_vendor_of_a_mac_is_not_taken_over() -> None:
    assert b'vendor="Axis Communications AB"' in SERVICES
    assert not [e for e in parse_records(SERVICES, "f").evidence if e.value.startswith("Axis Com")]


def test_ws_discovery_scripts() -> None:
    one = (DATA / "nmap-7.93-wsdd.xml").read_bytes()
    assert values(one, "10.66.0.10", "wsd.types", 3702) == [
        "dn:NetworkVideoTransmitter",
        "tds:Device",
    ]
    group = (DATA / "nmap-7.93-bwsdd.xml").read_bytes()
    found = parse_records(group, "f")
    assert set(found.targets) == {"10.66.0.10", "10.66.0.12", "10.66.0.13", "10.66.0.15"}
    assert values(group, "10.66.0.15", "wsd.types", 3702) == [
        "wprt:PrintDeviceType",
        "wscn:ScanDeviceType",
    ]


def test_a_file_cut_short_gives_its_start() -> None:
    cut = SERVICES[: SERVICES.index(b'addr="10.66.0.15" addrtype="ipv4"', 3000)]
    found = parse_records(cut, "f")
    assert found.targets == ("10.66.0.10", "10.66.0.12")
    (skip,) = found.skips
    assert "2 hosts were read" in skip.reason


@pytest.mark.parametrize(
    ("status", "ports", "listed"),
    [
        (b'state="down" reason="no-response"', b"", False),
        (b'state="up" reason="user-set"', b"", False),
        (b'state="up" reason="echo-reply"', b"", True),
        (
            b'state="up" reason="user-set"',
            b'<port protocol="tcp" portid="80"><state state="open"/></port>',
            True,
        ),
    ],
)
def test_only_hosts_that_answered(status: bytes, ports: bytes, listed: bool) -> None:
    host = b"<host><status %s/><address addr='10.0.0.1' addrtype='ipv4'/><ports>%s</ports></host>"
    found = parse_records(HEAD + host % (status, ports) + b"</nmaprun>", "f")
    assert found.targets == (("10.0.0.1",) if listed else ())


def test_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", "utf-8")
    head = f'<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "{secret.as_uri()}">]><nmaprun>&x;'
    found = parse_records(head.encode(), "f")
    assert found.targets == ()
    assert "entities" in found.skips[0].reason


def test_sniff() -> None:
    assert sniff(SERVICES)
    assert sniff(HEAD)
    assert not sniff(b"<html>nothing</html>")
    assert not sniff(b'{"body": "<nmaprun>"}')


def test_states_of_ports() -> None:
    ports = b"".join(
        b'<port protocol="tcp" portid="%d"><state state="%s"/>%s</port>' % each
        for each in (
            (80, b"open", b'<service name="http" method="probed"/>'),
            (443, b"open", b'<service name="http" tunnel="ssl" method="probed"/>'),
            (8000, b"open", b'<service name="x" tunnel="ssl" method="probed"/>'),
            (554, b"open", b'<service name="rtsp" method="table"/>'),
            (23, b"closed", b'<service name="telnet" method="table"/>'),
            (21, b"filtered", b""),
            (22, b"closed|filtered", b""),
            (25, b"unfiltered", b""),
        )
    )
    host = b"<host><status state='up'/><address addr='10.0.0.1' addrtype='ipv4'/><ports>"
    found = parse_records(HEAD + host + ports + b"</ports></host></nmaprun>", "f")
    assert [(p.port, p.service, p.status) for _, p in found.ports] == [
        (80, "http", "open"),
        (443, "https", "open"),
        (8000, None, "open"),
        (554, None, "open"),
        (23, None, "closed"),
        (21, None, "filtered"),
    ]


@given(st.binary(max_size=300))
def test_fuzz_parse_records(data: bytes) -> None:
    parse_records(data, "f")
    parse_records(HEAD + data, "f")
    sniff(data)


@given(st.integers(0, len(SERVICES)), st.binary(max_size=8))
def test_fuzz_parse_records_of_a_damaged_scan(place: int, damage: bytes) -> None:
    parse_records(SERVICES[:place] + damage + SERVICES[place + len(damage) :], "f")
