"""Xiongmai's answers: addresses in little-endian hex, tails, and devices that speak unasked."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import xm
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("xiongmai")
RAW = SAMPLES["xm-besder"][0]
QUERY = bytes.fromhex("ff00000000000000000000000000fa0500000000")
NAMES = {
    "ipv4": "xm.ipv4",
    "gateway": "xm.gateway",
    "netmask": "xm.netmask",
    "mac": "xm.mac",
    "http_port": "xm.http_port",
    "dvrip_port": "xm.dvrip_port",
    "firmware": "xm.firmware",
    "build_date": "xm.build_date",
    "device_type": "xm.device_type",
    "name": "xm.name",
}


def message(said: dict[str, Any], *, kind: int = 1531, tail: bytes = b"\n\x00") -> bytes:
    body = json.dumps({"NetWork.NetCommon": said, "Ret": 100}).encode() + tail
    return struct.pack("<BBHIIHHI", 0xFF, 1, 0, 0, 0, 0, kind, len(body)) + body


def first(data: bytes, field: str) -> str | None:
    return next(iter(xm.decode(data).values(field)), None)


@pytest.mark.parametrize("name", ["xm-besder", "xm-001231-09b79e-announce"])
def test_recordings(name: str) -> None:
    raw, expect = SAMPLES[name]
    checked = {key for key in NAMES if key in expect}
    assert len(checked) >= 6
    for key in checked:
        assert first(raw, NAMES[key]) == str(expect[key]), key


def test_clock() -> None:
    assert first(RAW, "xm.clock") == "2026-01-26 09:39:00"


def test_a_camera_asking_others_tells_of_itself() -> None:
    raw = SAMPLES["xm-besder-searchtype-config"][0]
    assert first(raw, "xm.mac") == "02:00:00:fe:0a:29"
    assert first(raw, "xm.ipv4") == "192.168.0.103"


@pytest.mark.parametrize("name", ["xm-besder", "xm-001231-09b79e-announce"])
def test_cloud_identifier_is_dropped(name: str) -> None:
    decoded = xm.decode(SAMPLES[name][0])
    assert "a5l09i879g95854i" not in str(decoded)
    assert not [field for field, _ in decoded.fields if field.endswith((".sn", ".serial"))]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0x6700A8C0", "192.168.0.103"),
        ("0x6700a8c0", "192.168.0.103"),
        ("0X0100000A", "10.0.0.1"),
        ("0x100000A", "10.0.0.1"),
        ("192.168.0.103", "192.168.0.103"),
        ("0x00000000", None),
        ("0x", None),
        ("0x6700A8C0FF", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses(text: str | None, address: str | None) -> None:
    assert xm.address_of(text) == address


@pytest.mark.parametrize("tail", [b"", b"\n", b"\n\x00", b"\x00", b"\r\n\x00", b"\xff"])
def test_tails(tail: bytes) -> None:
    assert first(message({"MAC": "00:12:31:00:00:01"}, tail=tail), "xm.mac") == "00:12:31:00:00:01"


@pytest.mark.parametrize("kind", [1000, 1532, 1533, 0])
def test_other_messages_are_ignored(kind: int) -> None:
    raw = message({"MAC": "00:12:31:00:00:01", "Password": "secret"}, kind=kind)
    assert xm.decode(raw) == xm.malformed()


def test_missing_keys_and_broken_json() -> None:
    assert first(message({"HostIP": "0x0A01A8C0"}), "xm.ipv4") == "192.168.1.10"
    broken = RAW.replace(b'"HostName": "camera_0001"', b'"HostName": "camera_0001')
    assert broken != RAW
    assert first(broken, "xm.mac") == "02:00:00:fe:0a:29"
    assert first(broken, "xm.ipv4") == "192.168.0.103"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        QUERY,
        QUERY + b"\x00",
        b"\xff",
        b"{}",
        b'{"NetWork.NetCommon": null}',
        b'{"NetWork.NetCommon": "x"}',
        message({}),
        message({"HostName": "x"}),
    ],
)
def test_queries_and_junk(data: bytes) -> None:
    assert xm.decode(data) == xm.malformed()


@given(st.binary(max_size=200), st.integers(0, 700), st.integers(0, 200))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in xm.decode(raw).fields)
