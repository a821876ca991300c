"""Device descriptions: recordings, wrong URLs, embedded devices, hostile XML."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import upnp
from camscan.protocols.decoded import Malformed
from camscan.protocols.upnp import DeviceDescription

SAMPLES: list[dict[str, Any]] = [
    sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"] == "upnp.description"
]
RAW = [sample["data"].encode() for sample in SAMPLES]
ROOT = '<root xmlns="urn:schemas-upnp-org:device-1-0"><device>{}</device></root>'


def read(data: bytes | str) -> DeviceDescription:
    found = upnp.parse(data.encode() if isinstance(data, str) else data)
    assert isinstance(found, DeviceDescription)
    return found


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_recordings(sample: dict[str, Any]) -> None:
    expect = sample["expect"]
    found = read(sample["data"])
    assert found.model_number == expect["model"]
    assert found.model_name == expect["model_name"]
    assert found.model_description == expect["model_description"]
    assert found.friendly_name == expect["friendly_name"]
    assert found.serial == expect["serial"]
    assert found.udn == expect["udn"]
    assert found.url_base == "http://192.168.1.102:51578/"
    page = urlsplit(found.presentation_url)
    assert (page.port or 80) == expect["web_port"]
    assert upnp.decode(sample["data"].encode()).fields == (
        ("upnp.manufacturer", "AXIS"),
        ("upnp.model_name", "AXIS M1014"),
        ("upnp.model_number", "M1014"),
        ("upnp.friendly_name", "AXIS M1014 - ACIS2T251TE0"),
        ("upnp.serial", "ACIS2T251TE0"),
    )


def test_with_the_head_that_it_came_with() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    assert upnp.decode(head + RAW[0]) == upnp.decode(RAW[0])


def test_only_what_must_be_there() -> None:
    found = read(ROOT.format("<friendlyName>x</friendlyName><manufacturer> y </manufacturer>"))
    assert (found.friendly_name, found.manufacturer, found.model_name) == ("x", "y", None)


def test_embedded_devices_do_not_speak_for_the_root() -> None:
    inside = "<deviceList><device><manufacturer>B</manufacturer><serialNumber>2</serialNumber>"
    found = read(ROOT.format(f"{inside}</device></deviceList><manufacturer>A</manufacturer>"))
    assert found.manufacturer == "A"
    assert found.serial is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>404</body></html>",
        b"<root><device></device></root>",
        b"<root><device><serialNumber>1</serialNumber></device></root>",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
    ],
)
def test_what_is_no_description(data: bytes) -> None:
    assert upnp.decode(data).status is Status.MALFORMED
    assert upnp.decode(data).fields == ()


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE root [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + ROOT.format(
        "<manufacturer>&b;</manufacturer>"
    )
    assert isinstance(upnp.parse(bomb.encode()), Malformed)


@pytest.mark.alone
def test_a_flood_of_elements_ends() -> None:
    started = time.monotonic()
    upnp.decode(ROOT.format("<a/>" * 60000).encode())
    upnp.decode(b"<device>" * 32000)
    assert time.monotonic() - started < 3


@given(
    st.binary(max_size=400)
    | st.builds(
        lambda raw, at, junk: raw[:at] + junk + raw[at:],
        st.sampled_from(RAW),
        st.integers(0, 1500),
        st.binary(max_size=40),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    upnp.parse(data)
    assert all(field.startswith("upnp.") for field, _ in upnp.decode(data).fields)
