"""TDP answers of cameras and of a hub, which is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import tplink_tdp
from tests.protocols.inquiry_samples import samples

SAMPLES = samples("tplink-tdp")
RAW = SAMPLES["tdp-c100-4-0-1-3-14"][0]
QUERY = bytes.fromhex("020000010000000000000000463cb5d3")
HEADER = RAW[:16]


def first(data: bytes, field: str) -> str | None:
    return next(iter(tplink_tdp.decode(data).values(field)), None)


@pytest.mark.parametrize("name", SAMPLES)
def test_recordings(name: str) -> None:
    raw, expect = SAMPLES[name]
    for key in ("model", "device_type", "firmware", "hardware", "mac"):
        assert first(raw, f"tplink.{key}") == expect[key], key
    assert first(raw, "tplink.is_support_https") == str(expect["https_management"]).lower()
    assert first(raw, "tplink.factory_default") == str(not expect["activated_by_owner"]).lower()


def test_identifiers_of_owner_and_cloud_are_dropped() -> None:
    secret = {
        "device_id": "CLOUD1",
        "owner": "OWNER1",
        "device_name": "Nursery",
        "alias": "Nursery",
    }
    said = {"device_type": "SMART.IPCAMERA", "encrypt_info": {"key": "KEY1", "data": "DATA1"}}
    text = str(tplink_tdp.decode(HEADER + json.dumps({"result": said | secret}).encode()))
    assert "SMART.IPCAMERA" in text
    assert not [word for word in ("CLOUD1", "OWNER1", "Nursery", "KEY1", "DATA1") if word in text]


def test_broken_json_is_read_key_by_key() -> None:
    broken = RAW.replace(b'"hardware_version":"4.0"', b'"hardware_version":"4.0')
    assert broken != RAW
    for field in ("tplink.mac", "tplink.device_type", "tplink.device_model", "tplink.firmware"):
        assert first(broken, field) == first(RAW, field)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        QUERY,
        HEADER + b'{"params":{"rsa_key":"-----BEGIN PUBLIC KEY-----"}}',
        HEADER + b'{"error_code":0,"result":null}',
        HEADER + b'{"error_code":-1}',
        HEADER + b'{"result":{"mac":"9C-A2-F4-00-00-01"}}',
        HEADER + b'{"broken',
    ],
)
def test_queries_and_junk(data: bytes) -> None:
    assert tplink_tdp.decode(data) == tplink_tdp.malformed()


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 200))
def test_fuzz_decode(junk: bytes, at: int, cut: int) -> None:
    for raw in (junk, RAW[:at] + junk + RAW[at + cut :], RAW[:at]):
        assert all("." in field and value for field, value in tplink_tdp.decode(raw).fields)
