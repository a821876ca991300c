from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols import loose_json


@pytest.mark.parametrize("head", [b"", b"\x20\0\0\0DHIP" + bytes(24), bytes(40), b"\xff" * 20])
@pytest.mark.parametrize("tail", [b"", b"\n", b"\n\x00", b"\x00\x00", b"\r\n", b"junk"])
def test_header_and_tail(head: bytes, tail: bytes) -> None:
    text = loose_json.json_text(head + b'{"a": 1}' + tail)
    assert text is not None
    assert loose_json.parse_object(text) == {"a": 1}


def test_no_object() -> None:
    assert loose_json.json_text(b"[]") is None
    for text in ("[]", "{", '{"a": ', "1", "", '{"a": "b}'):
        assert loose_json.parse_object(text) is None


def test_what_only_python_takes_for_json_and_deep_nesting() -> None:
    assert loose_json.parse_object('{"a":' * 50000) is None
    assert loose_json.parse_object('{"a": ' + "9" * 20000 + "}") is None


def test_text_in_gb18030() -> None:
    text = loose_json.json_text('{"a": "摄像机"}'.encode("gb18030"))
    assert text is not None
    assert loose_json.parse_object(text) == {"a": "摄像机"}


def test_salvage_of_a_text_without_its_end() -> None:
    broken = '{ "DeviceType" : "IPC-X, "Version" : "2.8", "Port": 37777, "Dhcp" : false, "No" : {} '
    assert loose_json.parse_object(broken) is None
    keys = ("DeviceType", "Version", "Port", "Dhcp", "No", "Absent", "IP.Address")
    assert loose_json.salvage(broken, keys) == {
        "DeviceType": "IPC-X",
        "Version": "2.8",
        "Port": "37777",
        "Dhcp": "false",
    }


def test_inner() -> None:
    assert loose_json.inner({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    for value in ({"a": None}, {"a": "text"}, {"a": [1]}, {}, [], None):
        assert loose_json.inner(value, "a", "b") == {}


@given(st.binary(max_size=300), st.lists(st.text(max_size=8), max_size=4))
def test_fuzz_parse_object(data: bytes, keys: list[str]) -> None:
    text = loose_json.json_text(data)
    if text is not None:
        assert loose_json.parse_object(text) is None or isinstance(
            loose_json.parse_object(text), dict
        )
        assert all(len(value) <= 256 for value in loose_json.salvage(text, keys).values())


@pytest.mark.alone
@pytest.mark.parametrize("unit", ['"a" : "', '"a"', '"a" :', '"a" : "x', "{"])
def test_fuzz_salvage_is_bounded_in_time(unit: str) -> None:
    started = time.perf_counter()
    loose_json.salvage(unit * (65536 // len(unit)), [f"a{n}" for n in range(40)] + ["a"])
    loose_json.parse_object("{" + unit * (65536 // len(unit)))
    assert time.perf_counter() - started < 3
