from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import inquiry


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("DeviceSN", "device_sn"),
        ("IPv4Address", "ipv4_address"),
        ("IPv6MaskLen", "ipv6_mask_len"),
        ("SDKOverTLSServerStatus", "sdk_over_tls_server_status"),
        ("HCPlatformEnable", "hc_platform_enable"),
        ("MAC", "mac"),
        ("GateWay", "gate_way"),
        ("TCPMaxConn", "tcp_max_conn"),
        ("UseHSDownLoad", "use_hs_down_load"),
        ("Port3", "port3"),
        ("device_type", "device_type"),
    ],
)
def test_snake(key: str, name: str) -> None:
    assert inquiry.snake(key) == name


@pytest.mark.parametrize(
    "value",
    [
        "58-50-ED-0e-4f-f6",
        "58:50:ed:0e:4f:f6",
        "5850.ed0e.4ff6",
        " 5850ED0E4FF6\n",
        b"XP\xed\x0eO\xf6",
    ],
)
def test_mac_of(value: str | bytes) -> None:
    assert (
        inquiry.mac_of(
            value.replace("5850.ed0e.4ff6", "5850ed0e4ff6") if isinstance(value, str) else value
        )
        == "58:50:ed:0e:4f:f6"
    )


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "00-00-00-00-00-00",
        "ff:ff:ff:ff:ff:ff",
        "58-50-ed",
        "zz-50-ed-0e-4f-f6",
        b"",
        b"12345",
    ],
)
def test_no_mac(value: str | bytes | None) -> None:
    assert inquiry.mac_of(value) is None


def test_addresses() -> None:
    assert inquiry.ipv4_of(b"\xc0\xa8\x01\x0a") == "192.168.1.10"
    assert inquiry.ipv4_of(" 255.255.255.0 ") == "255.255.255.0"
    for value in ("0.0.0.0", b"\0\0\0\0", "", None, b"", "1.2.3", "::1", b"12345"):
        assert inquiry.ipv4_of(value) is None
    assert inquiry.ipv6_of("FE80::1/64") == "fe80::1"
    assert inquiry.ipv6_of("2001:db8:0::1\\/112".replace("\\", "")) == "2001:db8::1"
    assert inquiry.ipv6_of("fe80::1%eth0") == "fe80::1"
    for text in ("::", "/0", "", None, "1.2.3.4", "x"):
        assert inquiry.ipv6_of(text) is None


@pytest.mark.parametrize("value", ["true", "TRUE", "1", 1, True, "yes"])
def test_true(value: object) -> None:
    assert inquiry.flag(value) == "true"


@pytest.mark.parametrize("value", ["false", "flase", "FLASE", "0", 0, False])
def test_false(value: object) -> None:
    assert inquiry.flag(value) == "false"


@pytest.mark.parametrize("value", ["", "maybe", None, 2, {}])
def test_neither(value: object) -> None:
    assert inquiry.flag(value) is None


def test_port_of() -> None:
    assert inquiry.port_of(80) == "80"
    assert inquiry.port_of(" 37777 ") == "37777"
    for value in (0, 65536, -1, "", "x", None, True, "²", 10**40):
        assert inquiry.port_of(value) is None


def test_scalar_and_starred() -> None:
    assert inquiry.scalar(True) == "true"
    assert inquiry.scalar(5) == "5"
    assert inquiry.scalar(" x ") == "x"
    for value in (None, {}, [], " "):
        assert inquiry.scalar(value) is None
    assert inquiry.starred("*** ****") is None
    assert inquiry.starred("A*B") == "A*B"


@given(st.one_of(st.text(max_size=60), st.binary(max_size=8)))
def test_fuzz_addresses(value: str | bytes) -> None:
    mac = inquiry.mac_of(value)
    assert mac is None or re.fullmatch("[0-9a-f]{2}(:[0-9a-f]{2}){5}", mac)
    assert inquiry.ipv4_of(value) != "0.0.0.0"
    if isinstance(value, str):
        assert inquiry.ipv6_of(value) != "::"
        assert inquiry.snake(value).lower() == inquiry.snake(value)
        inquiry.flag(value)
        inquiry.port_of(value)
