"""Which decoder gets a datagram, and what must give nothing."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import query
from camscan.protocols.announcement import DECODERS_OF_PORT
from camscan.protocols.decoded import Decoded, malformed
from camscan.protocols.registry import DECODERS
from camscan.sources import datagram
from camscan.sources.datagram import Said, interesting, read_datagram

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parents[1] / "protocols" / "data" / "samples.jsonl")
    .read_text()
    .splitlines()
    if (sample := json.loads(line))
}
WSD = SAMPLES["wsd-631ga-no-types"]["data"].encode()
SSDP = SAMPLES["ssdp-axis-m1014-msearch"]["data"].encode()
BYEBYE = SAMPLES["ssdp-axis-m1014-byebye"]["data"].encode()
MDNS = bytes.fromhex(SAMPLES["mdns-axis"]["data"])


def wsd_probes() -> tuple[query.Query, ...]:
    makers = (
        query.wsd_probe_nvt,
        query.wsd_probe_device,
        query.wsd_probe_untyped,
        query.wsd_probe_dpws,
    )
    return tuple(make() for make in makers)


def read(source: str, source_port: int, port: int, data: bytes) -> Said:
    said = read_datagram(source, source_port, port, data)
    assert said is not None
    return said


def test_answers_and_announcements_by_either_port() -> None:
    for ports in ((1900, 50000), (50000, 1900)):
        said = read("192.0.2.1", *ports, SSDP)
        assert (said.protocol, said.port) == ("ssdp", 1900)
        assert said.fields == DECODERS["ssdp"](SSDP).fields


def test_ws_discovery_from_any_port_to_any_port() -> None:
    said = read("192.0.2.1", 49152, 50000, WSD)
    assert (said.protocol, said.port) == ("wsd", 3702)
    assert said.fields
    assert said.fields == DECODERS["wsd"](WSD).fields
    assert interesting(49152, 50000, WSD[:1])


@pytest.mark.parametrize("what", ["Bye", "Probe", "Resolve"])
def test_leaving_and_asking_give_nothing(what: str) -> None:
    text = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body>'
        f"<d:{what}><a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference>"
        f"</d:{what}></s:Body></s:Envelope>"
    )
    assert read("192.0.2.1", 3702, 3702, text.encode()).fields == ()
    hello = text.replace(f"d:{what}", "d:Hello").encode()
    assert read("192.0.2.1", 3702, 3702, hello).fields == (("wsd.endpoint", "urn:uuid:1"),)


def test_our_own_probe_and_a_byebye_give_nothing() -> None:
    for probe in wsd_probes():
        assert read("192.0.2.1", 50000, 3702, probe.payload).fields == ()
    assert read("192.0.2.1", 1900, 1900, BYEBYE).fields == ()


def test_damaged_datagrams_say_so_and_others_are_nobodys() -> None:
    assert read("192.0.2.1", 1900, 1900, b"rubbish").fields is None
    assert read_datagram("192.0.2.1", 53, 50000, b"rubbish") is None
    assert read_datagram("192.0.2.1", 50001, 50000, b"<html>") is None
    assert not interesting(53, 50000, b"r")


def name(text: str) -> bytes:
    return b"".join(bytes([len(p)]) + p for p in text.encode().split(b".")) + b"\0"


def announcement(*addresses: str) -> bytes:
    from ipaddress import ip_address

    out = name("_axis-video._tcp.local") + struct.pack(">HHIH", 12, 1, 120, 2) + b"\xc0\x0c"
    for address in addresses:
        packed = ip_address(address).packed
        kind = 1 if len(packed) == 4 else 28
        out += name("cam.local") + struct.pack(">HHIH", kind, 1, 120, len(packed)) + packed
    return struct.pack(">HHHHHH", 0, 0x8400, 0, 1 + len(addresses), 0, 0) + out


@pytest.mark.parametrize(
    ("source", "addresses", "foreign"),
    [
        ("192.0.2.1", ("192.0.2.1",), False),
        ("192.0.2.1", ("169.254.3.4", "192.0.2.1"), False),
        ("192.0.2.1", ("169.254.3.4",), False),
        ("192.0.2.1", (), False),
        ("192.0.2.1", ("2001:db8::1",), False),
        ("192.0.2.1", ("10.7.7.7",), True),
        ("2001:db8::9", ("2001:db8::1",), True),
        ("fe80::1%eth0", ("2001:db8::1",), False),
    ],
)
def test_a_reflector_is_not_what_it_repeats(
    source: str, addresses: tuple[str, ...], foreign: bool
) -> None:
    said = read(source, 5353, 5353, announcement(*addresses))
    assert said.foreign is foreign
    assert bool(said.fields) is not foreign


def test_decoders_are_looked_up_when_a_datagram_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {key: value for key, value in DECODERS.items() if key != "tvt"}
    monkeypatch.setattr(datagram, "DECODERS", MappingProxyType(without))
    assert read("192.0.2.1", 23456, 23456, b"MHED").fields is None
    own = Decoded(status=Status.OK, fields=(("tvt.model", "x"),))
    monkeypatch.setattr(datagram, "DECODERS", {**without, "tvt": lambda data: own})
    said = read("192.0.2.1", 40000, 23456, b"MHED")
    assert (said.protocol, said.port, said.fields) == ("tvt", 23456, own.fields)


def test_of_two_decoders_on_one_port_the_one_that_can_read_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Decoded(status=Status.OK, fields=(("foscam.id", "x"),))
    pair = {"vivotek": lambda data: malformed(), "foscam": lambda data: own}
    monkeypatch.setattr(datagram, "DECODERS", {**DECODERS, **pair})
    assert read("192.0.2.1", 10000, 40000, b"MO_I").protocol == "foscam"


@given(
    st.sampled_from([*DECODERS_OF_PORT, 50000]),
    st.binary(max_size=300)
    | st.builds(lambda raw, at: raw[:at], st.sampled_from([WSD, SSDP, MDNS]), st.integers(0, 900)),
)
def test_fuzz_read_datagram_never_raises(port: int, data: bytes) -> None:
    said = read_datagram("192.0.2.1", port, 50000, data)
    assert said is None or said.fields is None or all("." in field for field, _ in said.fields)


def test_where_a_description_lies_is_said_by_devices_alone() -> None:
    alive = read("192.0.2.1", 1900, 1900, BYEBYE.replace(b"byebye", b"alive"))
    assert alive.location == "http://192.168.1.102:45895/rootdesc1.xml", "as sent"
    assert read("192.0.2.1", 1900, 1900, BYEBYE).location is None
