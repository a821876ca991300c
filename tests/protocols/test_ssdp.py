"""SSDP: recordings, and every trap of its headers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import http, ssdp
from camscan.protocols.decoded import Malformed
from camscan.protocols.ssdp import SsdpKind, SsdpMessage

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"] == "ssdp"
}
RAW = [sample["data"].encode() for sample in SAMPLES.values()]
ANSWER = SAMPLES["ssdp-axis-m1014-msearch"]
BYEBYE = SAMPLES["ssdp-axis-m1014-byebye"]
# Sent by minidlna 1.3 of Debian 12, addresses and UUID replaced.
ALIVE = (
    b"NOTIFY * HTTP/1.1\r\nHOST:239.255.255.250:1900\r\nCACHE-CONTROL:max-age=1810\r\n"
    b"LOCATION:http://192.0.2.9:8200/rootDesc.xml\r\n"
    b"SERVER: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0\r\n"
    b"NT:upnp:rootdevice\r\n"
    b"USN:uuid:4d696e69-444c-164e-9d41-000000000000::upnp:rootdevice\r\nNTS:ssdp:alive\r\n\r\n"
)
SEARCH = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\n'
    b"ST: upnp:rootdevice\r\n\r\n"
)


def read(data: bytes) -> SsdpMessage:
    message = ssdp.parse(data)
    assert isinstance(message, SsdpMessage)
    return message


def test_a_recorded_answer_without_its_last_empty_line() -> None:
    expect = ANSWER["expect"]
    message = read(ANSWER["data"].encode())
    assert message.kind is SsdpKind.RESPONSE
    assert message.is_device
    assert message.location == expect["location"]
    assert message.server == expect["server"]
    assert message.target == expect["st"]
    assert message.usn is not None
    digits = expect["mac"].replace(":", "").upper()
    assert message.usn.startswith(f"uuid:Upnp-BasicDevice-1_0-{digits}::")
    assert ssdp.decode(ANSWER["data"].encode()).fields == (
        ("ssdp.server", expect["server"]),
        ("ssdp.st", expect["st"]),
        ("ssdp.usn", message.usn),
    )


def test_a_recorded_byebye_makes_no_device() -> None:
    message = read(BYEBYE["data"].encode())
    assert message.kind is SsdpKind.BYEBYE
    assert not message.is_device
    decoded = ssdp.decode(BYEBYE["data"].encode())
    assert decoded.status is Status.OK
    assert decoded.fields == ()


def test_alive_without_blanks_after_the_colons() -> None:
    message = read(ALIVE)
    assert message.kind is SsdpKind.ALIVE
    assert message.target == "upnp:rootdevice"
    assert message.location == "http://192.0.2.9:8200/rootDesc.xml"
    assert dict(ssdp.fields(message))["ssdp.server"].endswith("MiniDLNA/1.3.0")


def test_an_update_is_from_a_device_that_is_there() -> None:
    assert read(ALIVE.replace(b"ssdp:alive", b"ssdp:update")).kind is SsdpKind.ALIVE


@pytest.mark.parametrize("end", [b"", b"NTS: something\r\n\r\n", b"\r\n"])
def test_a_notify_that_does_not_say_what_it_is_gives_nothing(end: bytes) -> None:
    data = b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nUSN: uuid:1\r\nSERVER: x\r\n" + end
    assert read(data).kind is SsdpKind.OTHER
    assert ssdp.decode(data).fields == ()


def test_a_search_of_somebody_gives_nothing() -> None:
    message = read(SEARCH)
    assert message.kind is SsdpKind.SEARCH
    assert message.target == "upnp:rootdevice"
    assert ssdp.decode(SEARCH).status is Status.OK
    assert ssdp.decode(SEARCH).fields == ()


@pytest.mark.parametrize(
    "data",
    [
        ALIVE.replace(b"\r\n", b"\n"),
        ALIVE.replace(b"NTS:ssdp:alive", b"nts:  SSDP:Alive"),
        ALIVE.rstrip(b"\r\n"),
        b"\r\n" + ALIVE + b"\x00",
        b"\r\n".join(sorted(ALIVE.strip().split(b"\r\n"), key=lambda line: line[:6] != b"NOTIFY")),
    ],
    ids=["LF", "case", "cut", "around", "order"],
)
def test_the_form_of_headers_does_not_matter(data: bytes) -> None:
    assert read(data) == read(ALIVE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n<html>",
        b"HTTP/1.1 404 Not Found\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n",
        b"GET / HTTP/1.1\r\nST: upnp:rootdevice\r\n\r\n",
        b"junk " + ALIVE,
        b"NOTIFY sip:1@192.0.2.1 SIP/2.0\r\nNT: x\r\n\r\n",
    ],
)
def test_what_is_no_ssdp(data: bytes) -> None:
    assert isinstance(ssdp.parse(data), Malformed)
    assert ssdp.decode(data).status is Status.MALFORMED
    assert ssdp.decode(data).fields == ()


def test_an_ssdp_answer_is_no_web_server() -> None:
    """The reason why UDP heads go to this decoder: the web decoder would make it http.server."""
    assert http.decode(RAW[0]).values("http.server")
    assert not ssdp.decode(RAW[0]).values("http.server")


@pytest.mark.alone
def test_hostile_text_takes_linear_time() -> None:
    started = time.monotonic()
    for data in (
        b"NOTIFY * HTTP/1.1\r\n" + b"NT:" * 20000,
        b"M-SEARCH " * 8000,
        b"NOTIFY" + b" \t" * 30000,
        b"HTTP/1.1 200\r\nST:x\r\n" + b" \t\r\n" * 16000,
    ):
        ssdp.decode(data)
    assert time.monotonic() - started < 2


@given(
    st.binary(max_size=400)
    | st.builds(
        lambda raw, at, junk: raw[:at] + junk + raw[at:],
        st.sampled_from([*RAW, ALIVE, SEARCH]),
        st.integers(0, 400),
        st.binary(max_size=40),
    )
)
def test_fuzz_never_raises(data: bytes) -> None:
    message = ssdp.parse(data)
    decoded = ssdp.decode(data)
    assert {field for field, _ in decoded.fields} <= {"ssdp.server", "ssdp.st", "ssdp.usn"}
    if isinstance(message, Malformed) or not message.is_device:
        assert decoded.fields == ()
