"""Kasa's answers; what they tell of their owner is dropped."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import tplink_xor
from tests.protocols.inquiry_samples import samples

RAW, EXPECT = samples("tplink-xor")["kasa-ec60"]
QUERY = bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6")


def first(data: bytes, field: str) -> str | None:
    return next(iter(tplink_xor.decode(data).values(field)), None)


def said(**system: object) -> bytes:
    return tplink_xor.encrypt(json.dumps({"system": {"get_sysinfo": system}}).encode())


def test_recording() -> None:
    for key in ("model", "type", "mac", "firmware", "hardware"):
        assert first(RAW, f"tplink.{key}") == EXPECT[key], key


def test_cipher() -> None:
    assert tplink_xor.decrypt(QUERY) == b'{"system":{"get_sysinfo":{}}}'
    assert tplink_xor.encrypt(b'{"system":{"get_sysinfo":{}}}') == QUERY
    assert tplink_xor.decrypt(b"") == tplink_xor.encrypt(b"") == b""


def test_owner_and_location_are_dropped() -> None:
    plain = json.loads(tplink_xor.decrypt(RAW))["system"]["get_sysinfo"]["system"]
    assert {"latitude", "longitude", "alias"} <= plain.keys()
    text = str(tplink_xor.decode(RAW).fields).lower()
    for key in ("latitude", "longitude", "alias", "deviceid", "device_id", "oemid", "hwid"):
        assert key not in text
    raw = said(
        model="KC105(US)", type="IOT.IPCAMERA", alias="Nursery", latitude=51.5, deviceId="C1"
    )
    assert not [word for word in ("Nursery", "51.5", "C1'") if word in str(tplink_xor.decode(raw))]


def test_plugs_say_it_one_level_higher() -> None:
    raw = said(model="HS110(EU)", mic_type="IOT.SMARTPLUGSWITCH", mic_mac="50C7BF000001")
    assert first(raw, "tplink.type") == "IOT.SMARTPLUGSWITCH"
    assert first(raw, "tplink.mac") == "50:c7:bf:00:00:01"


@pytest.mark.parametrize(
    "data", [b"", QUERY, b"{}", said(), tplink_xor.encrypt(b"[]"), b"\x00" * 40]
)
def test_queries_and_junk(data: bytes) -> None:
    assert tplink_xor.decode(data) == tplink_xor.malformed()


def test_a_cut_answer_keeps_what_came() -> None:
    whole = tplink_xor.decrypt(RAW)
    raw = tplink_xor.encrypt(whole[: whole.index(b'"model"') + 40])
    assert first(raw, "tplink.model") == EXPECT["model"]


@given(st.binary(max_size=200), st.integers(0, 900), st.integers(0, 200))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    plain = tplink_xor.decrypt(RAW)
    for raw in (junk, RAW[:at] + junk, tplink_xor.encrypt(plain[:at] + junk + plain[at + cut :])):
        assert tplink_xor.encrypt(tplink_xor.decrypt(raw)) == raw
        assert all("." in field and value for field, value in tplink_xor.decode(raw).fields)
