"""Every trap of WS-Discovery that was met on a device, by recordings where there is one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import query, wsd
from camscan.protocols.decoded import Malformed

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"].startswith("ws-discovery")
}
REPLIES = [s for s in SAMPLES.values() if s["protocol"] == "ws-discovery"]
ENDPOINTS = [s for s in SAMPLES.values() if s["protocol"] == "ws-discovery.endpoint"]
RAW = [s["data"].encode() for s in REPLIES]

HEAD = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
)


def wsd_probes() -> tuple[query.Query, ...]:
    makers = (
        query.wsd_probe_nvt,
        query.wsd_probe_device,
        query.wsd_probe_untyped,
        query.wsd_probe_dpws,
    )
    return tuple(make() for make in makers)


def read(data: bytes | str) -> wsd.WsdMessage:
    message = wsd.parse(data.encode() if isinstance(data, str) else data)
    assert isinstance(message, wsd.WsdMessage)
    return message


def answer(inside: str) -> str:
    return (
        f"{HEAD}<s:Body><d:ProbeMatches><d:ProbeMatch>{inside}</d:ProbeMatch></d:ProbeMatches>"
        "</s:Body></s:Envelope>"
    )


def match(
    xaddrs: str = "", *, types: str = "dn:NetworkVideoTransmitter", scopes: str = ""
) -> wsd.ProbeMatch:
    inside = f"<d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs>"
    return read(answer(inside)).matches[0]


def scope_values(found: wsd.ProbeMatch, key: str) -> list[str]:
    head = f"onvif://www.onvif.org/{key}/"
    return [scope[len(head) :] for scope in found.scopes if scope.lower().startswith(head)]


@pytest.mark.parametrize("sample", REPLIES, ids=lambda s: s["id"])
def test_recordings(sample: dict[str, Any]) -> None:
    expect = sample["expect"]
    message = read(sample["data"])
    onvif = [found for found in message.matches if found.is_onvif]
    assert len(message.matches) == expect.get("matches", 1)
    assert len(onvif) == expect.get("onvif_matches", 1)
    (found,) = onvif
    if "endpoint" in expect:
        assert found.endpoint == expect["endpoint"]
    if "types" in expect:
        # `tdn` is how that firmware spells the namespace that the evidence calls `dn`.
        assert [kind.replace("dn:", "tdn:") for kind in found.types] == [
            kind if kind.startswith("tdn:") else kind.replace("dn:", "tdn:")
            for kind in expect["types"]
        ]
    addresses = expect.get("tolerant_xaddrs", expect.get("xaddrs_invalid", expect.get("xaddrs")))
    if addresses is not None:
        assert list(found.xaddrs) == addresses
    if "scopes_count" in expect:
        assert len(found.scopes) == expect["scopes_count"]
    if "mac" in expect:
        assert scope_values(found, "mac") == [expect["mac"]]
    if "model" in expect:
        models = scope_values(found, "hardware") + scope_values(found, "model")
        assert expect["model"] in models
    if "relates_to" in expect:
        assert message.relates_to == expect["relates_to"]
    if "message_id" in expect:
        assert message.message_id == expect["message_id"]
    if "endpoint_mac_guess" in expect:
        ouis = {"78:a5:dd"}
        assert wsd.mac_hint(found.endpoint, ouis) == expect["endpoint_mac_guess"]


@pytest.mark.parametrize("sample", ENDPOINTS, ids=lambda s: s["id"])
def test_mac_hints_of_recordings(sample: dict[str, Any]) -> None:
    hint = wsd.mac_hint(sample["data"])
    expect = sample["expect"]["mac_guess"]
    if "Bosch" in sample["note"]:
        # UUID and expected MAC were masked apart from each other: only the OUI still agrees.
        assert hint is not None
        assert expect is not None
        assert hint[:8] == expect[:8]
        assert hint.replace(":", "") == sample["data"].replace("-", "")[:12]
    else:
        assert hint == expect


@pytest.mark.parametrize(
    "endpoint",
    [
        None,
        "",
        "an address",
        "urn:uuid:c9790c3a-701b-464d-a189-0060351c8ada",
        "urn:uuid:5f5a69c2-e0ae-504f-829b-X2018101811779",
        "urn:uuid:00000000-0000-1000-8000-000000000000",
        "urn:uuid:a1f48ac2-dc8b-11df-b255-0240804ac03c",
        "urn:uuid:a1f48ac2-dc8b-11df-b255-01408c4ac03c",
    ],
)
def test_no_mac_hint(endpoint: str | None) -> None:
    """Version 4, not hex, all zero, locally administered, a group."""
    assert wsd.mac_hint(endpoint) is None


def test_uuid_that_is_not_hex_is_still_an_endpoint() -> None:
    text = "urn:uuid:5f5a69c2-e0ae-504f-829b-X2018101811779"
    inside = f"<a:EndpointReference><a:Address>{text}</a:Address></a:EndpointReference>"
    assert read(answer(inside)).matches[0].endpoint == text


def test_types_are_named_by_namespace_not_by_prefix() -> None:
    raw = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:q="urn:other"'
        ' xmlns:x="http://www.onvif.org/ver10/network/wsdl"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body><d:ProbeMatch>'
        '<d:Types xmlns:y="http://www.onvif.org/ver10/device/wsdl">'
        "x:NetworkVideoTransmitter y:Device q:Thing bare z:Unknown</d:Types>"
        "</d:ProbeMatch></s:Body></s:Envelope>"
    )
    assert read(raw).matches[0].types == (
        "dn:NetworkVideoTransmitter",
        "tds:Device",
        "{urn:other}Thing",
        "bare",
        "z:Unknown",
    )


def test_windows_and_printers_are_not_onvif() -> None:
    raw = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:w="http://schemas.xmlsoap.org/ws/2006/02/devprof"'
        ' xmlns:p="http://schemas.microsoft.com/windows/pub/2005/07"'
        ' xmlns:q="http://schemas.microsoft.com/windows/2006/08/wdp/print"'
        ' xmlns:r="http://schemas.microsoft.com/windows/2006/08/wdp/scan"><s:Body>'
        "<d:ProbeMatches><d:ProbeMatch><d:Types>w:Device p:Computer q:PrintDeviceType "
        "r:ScanDeviceType</d:Types></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    )
    (found,) = read(raw).matches
    assert found.types == (
        "wsdp:Device",
        "pub:Computer",
        "wprt:PrintDeviceType",
        "wscn:ScanDeviceType",
    )
    assert not found.is_onvif


def test_no_types_and_no_scopes_is_a_match_all_the_same() -> None:
    (found,) = read(answer("<d:Scopes/>")).matches
    assert found == wsd.ProbeMatch()
    assert not found.is_onvif


def test_wsd_1_1_is_not_onvif() -> None:
    raw = answer("<d:Types>dn:NetworkVideoTransmitter</d:Types>").replace(
        "http://schemas.xmlsoap.org/ws/2005/04/discovery", wsd.OASIS_DISCOVERY
    )
    assert not read(raw).matches[0].is_onvif


def test_soap_1_1_replier() -> None:
    raw = answer("<d:Types>tds:Device</d:Types>").replace(
        "http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/"
    )
    assert read(raw).matches[0].is_onvif


def test_placeholders_and_capitals_in_scopes() -> None:
    scopes = (
        "onvif://www.onvif.org/Hardware/MODEL ONVIF://www.onvif.org/name/A%20B http:123 "
        "onvif://www.onvif.org/name/C_D onvif://www.onvif.org/location/"
    )
    found = match(scopes=scopes, types="")
    assert found.is_onvif
    assert found.scopes == tuple(scopes.split())


def test_fault_is_a_sighting() -> None:
    raw = (
        f"{HEAD}<s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>"
        "d:MatchingRuleNotSupported</s:Value></s:Subcode></s:Code><s:Reason>"
        "<s:Text>the xml format error</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    message = read(raw)
    assert message.action == "Fault"
    assert message.is_answer
    assert message.fault is not None
    assert message.fault.says("MatchingRuleNotSupported")
    assert wsd.decode(raw.encode()).status is Status.OK


@pytest.mark.parametrize("probe", wsd_probes(), ids=lambda q: q.name)
def test_own_probe_coming_back_is_no_answer(probe: query.Query) -> None:
    message = read(probe.payload)
    assert message.action == "Probe"
    assert not message.is_answer
    assert wsd.decode(probe.payload) == wsd.Decoded(status=Status.OK)


@pytest.mark.parametrize("action", ["Hello", "Bye"])
def test_hello_and_bye(action: str) -> None:
    raw = (
        f"{HEAD}<s:Body><d:{action}><a:EndpointReference><a:Address>urn:uuid:1</a:Address>"
        f"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types></d:{action}>"
        "</s:Body></s:Envelope>"
    )
    message = read(raw)
    assert message.action == action
    assert message.matches[0].endpoint == "urn:uuid:1"


def test_no_deduplication_on_message_id() -> None:
    """TP-Link answers with the MessageID of the request; nothing is dropped for that."""
    raw = answer("<d:Types>tds:Device</d:Types>").replace(
        "<s:Body>", "<s:Header><a:MessageID>urn:uuid:1</a:MessageID></s:Header><s:Body>"
    )
    assert read(raw).message_id == "urn:uuid:1"
    assert read(raw).matches == read(raw).matches


@pytest.mark.parametrize("tail", [b"\x00", b"\r\n\r\n", b"</x>", b"<junk", b"\xff\xfe"])
@pytest.mark.parametrize("raw", RAW, ids=[s["id"] for s in REPLIES])
def test_trailing_bytes(raw: bytes, tail: bytes) -> None:
    assert read(raw + tail).matches == read(raw).matches


def test_white_space_in_action_to_and_addresses() -> None:
    message = read(SAMPLES["wsd-onvif-apg-axis-sample"]["data"])
    assert message.action == "ProbeMatches"
    assert len(message.matches[0].xaddrs) == 2


def test_text_fallback_where_no_tree_can_be_had() -> None:
    raw = '<!DOCTYPE x []><d:ProbeMatch xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' + (
        "<Types>dn:NetworkVideoTransmitter</Types><w:Address>urn:uuid:1</w:Address>"
        "<XAddrs>http://10.0.0.5/onvif/device_service</XAddrs>"
    )
    message = read(raw)
    assert message.matches == (
        wsd.ProbeMatch(
            endpoint="urn:uuid:1",
            types=("dn:NetworkVideoTransmitter",),
            xaddrs=("http://10.0.0.5/onvif/device_service",),
        ),
    )


@pytest.mark.parametrize(
    "data", [b"", b"<:/>", b"\x00", b"<html></html>", b"HTTP/1.1 200 OK\r\n\r\n", b"<a/>" * 9]
)
def test_junk_is_malformed(data: bytes) -> None:
    assert isinstance(wsd.parse(data), Malformed)
    assert wsd.decode(data).status is Status.MALFORMED


def test_one_corrupt_datagram_among_good_ones() -> None:
    messages = [wsd.parse(raw) for raw in (RAW[0], b"\xff<broken", RAW[2][:400], RAW[3])]
    good = [m for m in messages if isinstance(m, wsd.WsdMessage) and m.matches]
    assert [m.matches for m in good] == [read(RAW[0]).matches, read(RAW[3]).matches]
    assert isinstance(messages[1], Malformed)


def test_a_datagram_cut_short_keeps_what_came_before_the_cut() -> None:
    whole = read(RAW[3]).matches[0]
    cut = read(RAW[3][: RAW[3].index(b"<d:XAddrs>")]).matches[0]
    assert (cut.endpoint, cut.types, cut.scopes) == (whole.endpoint, whole.types, whole.scopes)
    assert cut.xaddrs == ()


def test_evidence() -> None:
    decoded = wsd.decode(SAMPLES["wsd-hik-dfi6256te"]["data"].encode())
    assert decoded.values("wsd.types") == ("dn:NetworkVideoTransmitter", "tds:Device")
    assert decoded.values("wsd.xaddr") == ("http://192.168.12.123/onvif/device_service",)
    assert decoded.values("wsd.endpoint") == ("urn:uuid:cea94000-fb96-11b3-8260-686dbc863750",)
    assert "onvif://www.onvif.org/hardware/DFI6256TE" in decoded.values("wsd.scope")
    assert "http:123" in decoded.values("wsd.scope")
    assert decoded.values("wsd.endpoint_mac") == ("68:6d:bc:86:37:50",)


def test_same_endpoint_from_two_devices_stays_two_answers() -> None:
    """Cloned firmware: the key is (endpoint, source), so the codec merges nothing."""
    assert read(RAW[0]).matches == read(RAW[0]).matches
    twice = RAW[0].decode().replace("</wsdd:ProbeMatch>", "</wsdd:ProbeMatch><wsdd:ProbeMatch/>")
    assert len(read(twice).matches) == 2


def test_a_flood_is_bounded() -> None:
    scopes = " ".join(f"onvif://www.onvif.org/name/{n}" for n in range(5000))
    raw = answer(f"<d:Scopes>{scopes}</d:Scopes>")
    assert len(read(raw).matches[0].scopes) == 128
    many = answer("</d:ProbeMatch><d:ProbeMatch>" * 1000)
    assert len(read(many).matches) == wsd.MAX_MATCHES


@given(st.binary(max_size=300), st.sampled_from(RAW), st.integers(0, 4000), st.integers(0, 800))
def test_fuzz_parse_and_decode(junk: bytes, base: bytes, at: int, cut: int) -> None:
    for raw in (junk, base[:at] + junk + base[at + cut :], base[:at]):
        message = wsd.parse(raw)
        if isinstance(message, wsd.WsdMessage):
            for found in message.matches:
                wsd.mac_hint(found.endpoint)
        assert all(len(value.encode()) <= 8192 for _, value in wsd.decode(raw).fields)


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit", [b"<ProbeMatch>", b"<ProbeMatch", b"<Types>", b"<a:", b"<Types ", b"a "]
)
def test_fuzz_parse_is_bounded_in_time(unit: bytes) -> None:
    for start in (b"", b"<!DOCTYPE x>", b"<d:ProbeMatch>"):
        started = time.perf_counter()
        wsd.parse(start + unit * (65536 // len(unit)))
        assert time.perf_counter() - started < 3
