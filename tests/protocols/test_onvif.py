from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from camscan.model.status import Status
from camscan.protocols import onvif
from camscan.protocols.decoded import Malformed
from camscan.protocols.onvif import OnvifCall

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
    if (sample := json.loads(line))["protocol"] == "onvif.device"
}
CLOCK = SAMPLES["onvif-getsystemdateandtime-axis"]
WELL_FORMED = SAMPLES["onvif-fault-wellformed-axis"]
RAW = [sample["data"].encode() for sample in SAMPLES.values()]

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(body: str, *, soap: str = SOAP12, declared: str = "") -> bytes:
    return (
        f'<env:Envelope xmlns:env="{soap}" xmlns:tt="http://www.onvif.org/ver10/schema"'
        f' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"{declared}>'
        f"<env:Header/><env:Body>{body}</env:Body></env:Envelope>"
    ).encode()


def read(data: bytes) -> onvif.OnvifAnswer:
    answer = onvif.parse_answer(data)
    assert isinstance(answer, onvif.OnvifAnswer)
    return answer


DEVICE = envelope(
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>HIKVISION</tds:Manufacturer>"
    "<tds:Model>DFI6256TE</tds:Model><tds:FirmwareVersion>V5.5.80 build 190528"
    "</tds:FirmwareVersion><tds:SerialNumber>DFI6256TE20190608AAWRD00000000</tds:SerialNumber>"
    "<tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse>",
    declared=' xmlns:tnshik="http://www.hikvision.com/2011/event/topics"',
)
SERVICES = envelope(
    "<tds:GetServicesResponse>"
    "<tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace>"
    "<tds:XAddr>http://192.168.1.64:80/onvif/device_service</tds:XAddr><tds:Version>"
    "<tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
    "<tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl</tds:Namespace>"
    "<tds:XAddr>http://[broken</tds:XAddr></tds:Service>"
    "<tds:Service/></tds:GetServicesResponse>"
)
CAPABILITIES = envelope(
    "<tds:GetCapabilitiesResponse><tds:Capabilities>"
    "<tt:Device><tt:XAddr>http://wrong/onvif/device_service</tt:XAddr><tt:System>"
    "<tt:SupportedVersions><tt:Major>2</tt:Major></tt:SupportedVersions></tt:System></tt:Device>"
    "<tt:Media><tt:XAddr>http://wrong/onvif/media</tt:XAddr></tt:Media>"
    "<tt:Extension><tt:DeviceIO><tt:XAddr>http://wrong/onvif/deviceio</tt:XAddr></tt:DeviceIO>"
    "</tt:Extension></tds:Capabilities></tds:GetCapabilitiesResponse>"
)
HOSTNAME = envelope(
    "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
    "<tt:Name>IPC-BO</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>"
)
SCOPES = envelope(
    "<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
    "<tt:ScopeItem>onvif://www.onvif.org/hardware/X1</tt:ScopeItem></tds:Scopes><tds:Scopes>"
    "<tt:ScopeItem> onvif://www.onvif.org/name/A%20B </tt:ScopeItem></tds:Scopes>"
    "</tds:GetScopesResponse>"
)
NOT_AUTHORIZED = envelope(
    '<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value xmlns:ter="'
    'http://www.onvif.org/ver10/error">ter:NotAuthorized</env:Value></env:Subcode></env:Code>'
    '<env:Reason><env:Text xml:lang="en">Sender not Authorized</env:Text></env:Reason></env:Fault>'
)


@pytest.mark.parametrize("call", OnvifCall)
def test_request_is_one_empty_call_without_a_header(call: OnvifCall) -> None:
    root = etree.fromstring(onvif.request(call))
    assert root.tag == f"{{{SOAP12}}}Envelope"
    (body,) = root
    assert body.tag == f"{{{SOAP12}}}Body"
    (operation,) = body
    assert operation.tag == f"{{{onvif.DEVICE_SERVICE}}}{call.value}"


def test_request_bodies() -> None:
    assert b"<tds:GetSystemDateAndTime/>" in onvif.request(OnvifCall.GET_SYSTEM_DATE_AND_TIME)
    assert (
        b"<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>"
        in onvif.request(OnvifCall.GET_CAPABILITIES)
    )
    assert (
        b"<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>"
        in onvif.request(OnvifCall.GET_SERVICES)
    )


def test_no_other_call_can_be_made() -> None:
    with pytest.raises(ValueError, match="SystemReboot"):
        onvif.request("SystemReboot")  # type: ignore[arg-type]
    assert not any(call.value.startswith(("Set", "Create", "System")) for call in OnvifCall)


def test_order() -> None:
    assert onvif.ORDER[0] is OnvifCall.GET_SYSTEM_DATE_AND_TIME
    assert onvif.ORDER[-2:] == (OnvifCall.GET_DEVICE_INFORMATION, OnvifCall.GET_SCOPES)
    assert frozenset(onvif.ORDER[-2:]) == onvif.NEEDS_USER


def test_recorded_clock_of_an_axis() -> None:
    answer = read(RAW[0])
    expect = CLOCK["expect"]
    assert f"{answer.call}Response" == expect["operation"]
    assert (answer.clock_source, answer.daylight, answer.zone) == ("Manual", True, expect["tz"])
    assert answer.utc == datetime.fromisoformat(expect["utc"])
    assert answer.local_time == datetime.fromisoformat(expect["local"])
    skew = answer.clock_skew(datetime(2024, 7, 9, 19, 48, 6, tzinfo=UTC))
    assert skew == timedelta(minutes=1)
    assert "http://www.axis.com/vapix/ws/cert" in answer.namespaces


def test_the_clock_is_evidence_as_it_was_told() -> None:
    decoded = onvif.decode(RAW[0])
    expect = CLOCK["expect"]
    assert decoded.values("onvif.utc_time") == (
        f"{datetime.fromisoformat(expect['utc']):%Y-%m-%dT%H:%M:%SZ}",
    )
    (local,) = decoded.values("onvif.local_time")
    assert datetime.fromisoformat(local) == datetime.fromisoformat(expect["local"])
    assert decoded.values("onvif.time_zone") == (expect["tz"],)
    assert decoded.values("onvif.daylight_savings") == ("true",)
    assert decoded.values("onvif.clock_source") == ("Manual",)


def test_recorded_fault_of_an_axis() -> None:
    answer = read(RAW[1])
    assert answer.fault is not None
    expect = WELL_FORMED["expect"]["fault"]
    assert answer.fault.code == expect["code"]
    assert list(answer.fault.subcodes) == expect["subcode"]
    assert answer.fault.reason == expect["reason"]
    decoded = onvif.decode(RAW[1])
    assert decoded.status is Status.OK
    assert decoded.values("onvif.fault") == ("Sender/ter:WellFormed",)
    assert "http://www.axis.com/vapix/ws/cert" in decoded.values("onvif.namespace")


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "<tt:UTCDateTime/>",
        "<tt:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour></tt:Time></tt:UTCDateTime>",
        "<tt:UTCDateTime><tt:Time><tt:Hour>99</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0"
        "</tt:Second></tt:Time><tt:Date><tt:Year>2024</tt:Year><tt:Month>2</tt:Month><tt:Day>31"
        "</tt:Day></tt:Date></tt:UTCDateTime>",
        "<tt:UTCDateTime><tt:Time><tt:Hour>x</tt:Hour><tt:Minute>0</tt:Minute><tt:Second>0"
        "</tt:Second></tt:Time><tt:Date><tt:Year>99999999999</tt:Year><tt:Month>1</tt:Month>"
        "<tt:Day>1</tt:Day></tt:Date></tt:UTCDateTime>",
    ],
)
def test_clock_with_parts_missing_or_impossible(moment: str) -> None:
    answer = read(
        envelope(
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
            f"<tt:DaylightSavings>flase</tt:DaylightSavings>{moment}"
            "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )
    )
    assert answer.call == "GetSystemDateAndTime"
    assert answer.utc is None
    assert answer.daylight is None
    assert answer.clock_skew(datetime.now(UTC)) is None


def test_device_information() -> None:
    decoded = onvif.decode(DEVICE)
    assert decoded.status is Status.OK
    assert decoded.fields[:5] == (
        ("onvif.manufacturer", "HIKVISION"),
        ("onvif.model", "DFI6256TE"),
        ("onvif.firmware", "V5.5.80 build 190528"),
        ("onvif.serial", "DFI6256TE20190608AAWRD00000000"),
        ("onvif.hardware_id", "88"),
    )
    assert decoded.values("onvif.namespace")[-1] == "http://www.hikvision.com/2011/event/topics"


def test_services_keep_the_path_only() -> None:
    answer = read(SERVICES)
    assert answer.services == (
        onvif.Service(
            namespace="http://www.onvif.org/ver10/device/wsdl",
            path="/onvif/device_service",
            version="2.60",
        ),
        onvif.Service(namespace="http://www.onvif.org/ver20/media/wsdl"),
    )
    assert onvif.decode(SERVICES).values("onvif.service") == (
        "http://www.onvif.org/ver10/device/wsdl",
        "http://www.onvif.org/ver20/media/wsdl",
    )
    assert "192.168.1.64" not in str(onvif.decode(SERVICES))


def test_capabilities_are_services_too() -> None:
    assert onvif.decode(CAPABILITIES).values("onvif.service") == (
        "http://www.onvif.org/ver10/device/wsdl",
        "http://www.onvif.org/ver10/media/wsdl",
        "http://www.onvif.org/ver10/deviceIO/wsdl",
    )


def test_hostname() -> None:
    assert onvif.decode(HOSTNAME).values("onvif.hostname") == ("IPC-BO",)


def test_scopes_are_the_scopes_of_discovery() -> None:
    assert onvif.decode(SCOPES).values("wsd.scope") == (
        "onvif://www.onvif.org/hardware/X1",
        "onvif://www.onvif.org/name/A%20B",
    )


def test_endpoint_reference() -> None:
    raw = envelope(
        "<tds:GetEndpointReferenceResponse><tds:GUID>urn:uuid:1</tds:GUID>"
        "</tds:GetEndpointReferenceResponse>"
    )
    assert onvif.decode(raw).values("wsd.endpoint") == ("urn:uuid:1",)


def test_not_authorised() -> None:
    answer = read(NOT_AUTHORIZED)
    assert answer.not_authorised
    assert answer.is_onvif
    decoded = onvif.decode(NOT_AUTHORIZED)
    assert decoded.status is Status.AUTH_REQUIRED
    assert decoded.values("onvif.fault") == ("Sender/ter:NotAuthorized",)


def test_http_401_with_two_digests_and_a_page() -> None:
    raw = (
        b"HTTP/1.1 401 Unauthorized\r\n"
        b'WWW-Authenticate: Digest realm="Silvan_http_digest", algorithm=MD5\r\n'
        b'WWW-Authenticate: Digest realm="Silvan_http_digest", algorithm=SHA-256\r\n\r\n'
        b"<html>401</html>"
    )
    decoded = onvif.decode(raw)
    assert decoded.status is Status.AUTH_REQUIRED
    assert len(decoded.values("http.www_authenticate")) == 2


@pytest.mark.parametrize("line", [b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 500 Internal"])
def test_fault_with_its_http_head(line: bytes) -> None:
    decoded = onvif.decode(line + b"\r\nServer: gSOAP/2.8\r\n\r\n" + NOT_AUTHORIZED)
    assert decoded.status is Status.AUTH_REQUIRED
    assert decoded.values("http.server") == ("gSOAP/2.8",)
    assert decoded.values("onvif.fault")


@pytest.mark.parametrize(
    ("code", "subcode"),
    [
        ("env:Receiver", "ter:ActionNotSupported"),
        ("env:Sender", "ter:WellFormed"),
        ("env:Sender", "ter:InvalidArgVal"),
    ],
)
def test_other_faults_prove_onvif_and_are_no_login(code: str, subcode: str) -> None:
    raw = envelope(
        f"<env:Fault><env:Code><env:Value>{code}</env:Value><env:Subcode><env:Value>{subcode}"
        "</env:Value></env:Subcode></env:Code></env:Fault>"
    )
    assert onvif.decode(raw).status is Status.OK
    assert read(raw).is_onvif
    assert not read(raw).not_authorised


def test_fault_in_soap_1_1() -> None:
    raw = envelope(
        "<env:Fault><faultcode>env:Client</faultcode><faultstring>Sender not authorized"
        "</faultstring></env:Fault>",
        soap=SOAP11,
    )
    assert read(raw).not_authorised


def test_undeclared_prefixes() -> None:
    raw = (
        b"<env:Envelope><env:Body><tds:GetDeviceInformationResponse><tds:Manufacturer>H264"
        b"</tds:Manufacturer><tds:Model>XM530_50X50-WG_8M</tds:Model>"
        b"</tds:GetDeviceInformationResponse></env:Body></env:Envelope>"
    )
    decoded = onvif.decode(raw)
    assert decoded.values("onvif.manufacturer") == ("H264",)
    assert decoded.values("onvif.model") == ("XM530_50X50-WG_8M",)


def test_body_cut_short_keeps_what_came() -> None:
    decoded = onvif.decode(DEVICE[: DEVICE.index(b"<tds:SerialNumber>") + 25])
    assert decoded.values("onvif.model") == ("DFI6256TE",)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html><body>404</body></html>", b"HTTP/1.1 200 OK\r\n\r\n<html>", b"\x00", b"HTTP/"],
)
def test_no_envelope(data: bytes) -> None:
    assert onvif.decode(data).status is Status.MALFORMED
    assert isinstance(onvif.parse_answer(data), Malformed)


def test_soap_of_somebody_else_is_not_onvif() -> None:
    raw = b'<s:Envelope xmlns:s="' + SOAP11.encode() + b'"><s:Body><x/></s:Body></s:Envelope>'
    assert not read(raw).is_onvif


@given(
    st.binary(max_size=300),
    st.sampled_from((*RAW, DEVICE, SERVICES, CAPABILITIES, NOT_AUTHORIZED, SCOPES)),
    st.integers(0, 4000),
    st.integers(0, 800),
)
def test_fuzz_parse_answer_and_decode(junk: bytes, base: bytes, at: int, cut: int) -> None:
    for raw in (
        junk,
        base[:at] + junk + base[at + cut :],
        base[:at],
        b"HTTP/1.1 200 OK\r\n" + junk,
    ):
        onvif.parse_answer(raw)
        assert all(len(value.encode()) <= 8192 for _, value in onvif.decode(raw).fields)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"<Service>", b"<Service/>", b"<Value>x</Value>", b"<ScopeItem>"])
def test_fuzz_decode_is_bounded_in_time(unit: bytes) -> None:
    body = unit * (262144 // len(unit))
    for name in (b"GetServicesResponse", b"GetScopesResponse", b"Fault"):
        started = time.perf_counter()
        onvif.decode(b"<Envelope><Body><" + name + b">" + body)
        assert time.perf_counter() - started < 3
