"""Port lists as nmap writes them, and what each port receives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import UsageError
from camscan.probes.plan import (
    DEFAULT_PORTS,
    SERVICE_PORTS,
    Ask,
    parse_ports,
    service_port,
)
from camscan.protocols.never import NEVER_PORTS


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("80", (80,)),
        ("80,443,8000-8003", (80, 443, 8000, 8001, 8002, 8003)),
        ("T:80", (80,)),
        ("T:554, 80", (554, 80)),
        ("80,80,79-81", (80, 79, 81)),
        ("-3", (1, 2, 3)),
        ("65534-", (65534, 65535)),
        ("+102,8001", (*DEFAULT_PORTS, 102, 8001)),
        ("+80,8001", (*DEFAULT_PORTS, 8001)),
        ("0000080", (80,)),
    ],
)
def test_parse_ports(text, ports):
    assert parse_ports(text) == ports


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "80,",
        "0",
        "65536",
        "x",
        "http",
        "90-80",
        "U:53",
        "80-x",
        "8O",
        "٣",
        "1" * 9,
        "0100000",
        "0" * 9,
        "-x",
        "+",
        "+x",
        "++80",
        "80,+81",
    ],
)
def test_what_is_no_port_list(text):
    with pytest.raises(UsageError):
        parse_ports(text)


@pytest.mark.parametrize("text", ["9100", "80,9107", "9000-9200", "-", "1-65535", "T:9101"])
def test_printer_ports_are_refused_with_the_reason(text):
    with pytest.raises(UsageError, match="printer"):
        parse_ports(text)


def test_the_message_says_what_to_write():
    with pytest.raises(UsageError, match="1-9099,9108-65535"):
        parse_ports("-")


@given(st.text(max_size=40) | st.from_regex(r"[+TU:0-9,\- ]{0,30}", fullmatch=True))
def test_fuzz_parse_ports(text):
    try:
        ports = parse_ports(text)
    except UsageError:
        return
    assert ports
    assert all(1 <= port <= 65535 and port not in NEVER_PORTS for port in ports)
    assert len(set(ports)) == len(ports)


def test_default_ports_are_known_and_permitted():
    assert len(set(DEFAULT_PORTS)) == len(DEFAULT_PORTS)
    assert not set(DEFAULT_PORTS) & NEVER_PORTS
    assert set(DEFAULT_PORTS) - set(SERVICE_PORTS) == {9000, 21, 23}, "these are only listened to"
    asked = {80, 443, 554, 8000, 8080, 8443, 8554, 37777, 34567, 9000, 2020, 8899, 21, 23}
    assert asked <= set(DEFAULT_PORTS)


def test_every_service_port_has_a_source():
    assert all(known.source for known in SERVICE_PORTS.values())
    assert not set(SERVICE_PORTS) & NEVER_PORTS


def test_login_ports_get_a_connect_only():
    for port in (37777, 34567):
        assert service_port(port).ask is Ask.NOTHING
