"""DHDiscover answers: recordings, and every oddity of the firmware that was met."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import dhip
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("dhip")
RAW = SAMPLES["dhip-vto2000a"][0]
HEADER, BODY = RAW[:32], RAW[32:]
NAMES = {
    "model": "dhip.model",
    "device_class": "dhip.device_class",
    "serial": "dhip.serial",
    "mac": "dhip.mac",
    "ipv4": "dhip.ipv4",
    "netmask": "dhip.netmask",
    "gateway": "dhip.gateway",
    "dhcp": "dhip.dhcp",
    "http_port": "dhip.http_port",
    "sdk_port": "dhip.sdk_port",
    "firmware": "dhip.firmware",
    "init_raw": "dhip.init",
    "vendor_raw": "dhip.vendor",
}
QUERY = (
    bytes.fromhex("2000000044484950000000000000000049000000000000004900000000000000")
    + b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
)


def framed(info: Any, **more: Any) -> bytes:
    whole = {"method": "client.notifyDevInfo", "params": {"deviceInfo": info}, **more}
    return HEADER + json.dumps(whole).encode()


def first(data: bytes, field: str) -> str | None:
    return next(iter(dhip.decode(data).values(field)), None)


@pytest.mark.parametrize("name", ["dhip-vto2000a", "dhip-lorex-w461asc"])
def test_recordings(name: str) -> None:
    raw, expect = SAMPLES[name]
    checked = {key for key in NAMES if key in expect}
    assert len(checked) >= 6
    for key in checked:
        value = expect[key]
        assert first(raw, NAMES[key]) == (
            str(value).lower() if value is False or value is True else str(value)
        )


def test_oem_vendor_and_its_port() -> None:
    raw = SAMPLES["dhip-lorex-w461asc"][0]
    assert first(raw, "dhip.vendor") == "Lorex"
    assert first(raw, "dhip.manufacturer") == "Private"
    assert first(raw, "dhip.sdk_port") == "35000"


def test_asterisks_are_no_serial() -> None:
    decoded = dhip.decode(SAMPLES["dhip-lorex-w461asc"][0])
    assert not decoded.values("dhip.serial")
    assert not decoded.values("dhip.serial_no")


@pytest.mark.parametrize("name", [name for name in SAMPLES if "junk" in name])
def test_recorded_junk(name: str) -> None:
    assert dhip.decode(SAMPLES[name][0]) == dhip.malformed()


@pytest.mark.parametrize("size", [0, 16, 31, 32, 40])
def test_header_of_any_length(size: int) -> None:
    assert dhip.decode((HEADER + bytes(16))[:size] + BODY) == dhip.decode(RAW)


@pytest.mark.parametrize("words", [(0, 0), (1, 1), (0xFFFFFFFF, 7)])
def test_length_words_may_lie(words: tuple[int, int]) -> None:
    one, two = (word.to_bytes(4, "little") for word in words)
    raw = HEADER[:16] + one + bytes(4) + two + bytes(4) + BODY
    assert dhip.decode(raw) == dhip.decode(RAW)


@pytest.mark.parametrize("tail", [b"", b"\n", b"\n\x00", b"\x00", b"garbage", b"\xff\xfe"])
def test_tails(tail: bytes) -> None:
    assert dhip.decode(RAW + tail) == dhip.decode(RAW)


def test_broken_json_is_read_key_by_key() -> None:
    broken = RAW.replace(b'"DeviceType": "VTO2000A"', b'"DeviceType": "VTO2000A')
    assert broken != RAW
    decoded = dhip.decode(broken)
    assert decoded.status is Status.OK
    for field in (
        "dhip.mac",
        "dhip.model",
        "dhip.serial",
        "dhip.firmware",
        "dhip.ipv4",
        "dhip.dhcp",
    ):
        assert decoded.values(field) == dhip.decode(RAW).values(field), field


def test_a_cut_answer_keeps_what_came() -> None:
    assert first(RAW[: RAW.index(b'"Version"')], "dhip.model") == "VTO2000A"


def test_own_query_is_no_answer() -> None:
    assert dhip.decode(QUERY) == dhip.malformed()


@pytest.mark.parametrize("info", [None, "text", [], 5, {}, {"Find": "BC"}])
def test_answers_without_a_device(info: Any) -> None:
    """Other software of the maker answers so."""
    assert dhip.decode(framed(info, mac="3c:ef:8c:00:00:01")) == dhip.malformed()


def test_an_unknown_class_is_told_as_it_is() -> None:
    raw = framed({"DeviceClass": "XYZ", "DeviceType": "T1"})
    assert first(raw, "dhip.device_class") == "XYZ"


def test_address_of_zero_and_ipv6_fillers() -> None:
    raw = framed(
        {
            "DeviceType": "T1",
            "IPv4Address": {"IPAddress": "0.0.0.0", "DhcpEnable": True},
            "IPv6Address": {
                "IPAddress": "/0",
                "LinkLocalAddress": "fe80::1/64",
                "DefaultGateway": None,
            },
        }
    )
    assert first(raw, "dhip.ipv4") is None
    assert first(raw, "dhip.ipv6") is None
    assert first(raw, "dhip.ipv6_link_local") == "fe80::1"
    assert first(raw, "dhip.dhcp") == "true"


def test_device_id_is_dropped() -> None:
    assert "CLOUD123" not in str(dhip.decode(framed({"DeviceType": "T1", "DeviceID": "CLOUD123"})))


@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 200))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in dhip.decode(raw).fields)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b'{"deviceInfo"', b'"mac" : "', b"{", b'"deviceInfo" : {'])
def test_fuzz_decode_is_bounded_in_time(unit: bytes) -> None:
    started = time.perf_counter()
    dhip.decode(HEADER + b"{" + unit * (65000 // len(unit)))
    assert time.perf_counter() - started < 3
