"""The order of calls, the rules for stopping, and where the device service is looked for."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.probes.onvif import Door, OnvifProbe, doors

HOST = "127.77.0.4"
PATH = "/onvif/device_service"
ENVELOPE = (
    '<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:ter="http://www.onvif.org/ver10/error"><e:Body>{}</e:Body></e:Envelope>'
)
CLOCK = (
    "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>"
    "<tt:Time><tt:Hour>3</tt:Hour><tt:Minute>1</tt:Minute><tt:Second>30</tt:Second></tt:Time>"
    "<tt:Date><tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>24</tt:Day></tt:Date>"
    "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
)
SERVICES = (
    "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl"
    "</tds:Namespace><tds:XAddr>http://192.168.1.64/onvif/Media2</tds:XAddr></tds:Service>"
    "</tds:GetServicesResponse>"
)
HOSTNAME = (
    "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
    "<tt:Name>ipc-7</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>"
)
INFORMATION = (
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>HIKVISION</tds:Manufacturer>"
    "<tds:Model>DFI6256TE</tds:Model><tds:FirmwareVersion>V5.5.80 build 190528"
    "</tds:FirmwareVersion><tds:SerialNumber>S1</tds:SerialNumber><tds:HardwareId>88"
    "</tds:HardwareId></tds:GetDeviceInformationResponse>"
)
DENIED = (
    "<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>ter:NotAuthorized"
    "</e:Value></e:Subcode></e:Code><e:Reason><e:Text>Sender not Authorized</e:Text>"
    "</e:Reason></e:Fault>"
)
ALL = [
    "GetSystemDateAndTime",
    "GetServices",
    "GetCapabilities",
    "GetHostname",
    "GetDeviceInformation",
    "GetScopes",
]


def soap(inner, status="200 OK", headers=()):
    data = ENVELOPE.format(inner).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/soap+xml", *headers]
    return ("\r\n".join([*lines, f"Content-Length: {len(data)}"]) + "\r\n\r\n").encode() + data


def call_of(request):
    return request.rpartition(b"<s:Body><tds:")[2].partition(b"/")[0].partition(b">")[0].decode()


def values(result, field):
    return [e.value for e in result.evidence if e.field == field]


def run(bench, block, *, path=PATH, **limits):
    async def go():
        async with bench.context(**limits) as ctx, block as device:
            probe = OnvifProbe(Door("http", device.port, path))
            return await probe.run(ctx, HOST, device.port), device

    return asyncio.run(go())


def test_open_device_tells_everything(bench, answering):
    replies = {
        "GetSystemDateAndTime": CLOCK,
        "GetServices": SERVICES,
        "GetCapabilities": "<tds:GetCapabilitiesResponse/>",
        "GetHostname": HOSTNAME,
        "GetDeviceInformation": INFORMATION,
        "GetScopes": "<tds:GetScopesResponse/>",
    }
    result, device = run(bench, answering(lambda r: soap(replies[call_of(r)]), HOST))
    assert [call_of(r) for r in device.requests] == ALL
    assert set(device.lines) == {f"POST {PATH} HTTP/1.1"}
    assert all(b"Security" not in r and b"Authorization" not in r for r in device.requests)
    assert result.service == "onvif"
    assert result.status is Status.OK
    assert values(result, "onvif.time_skew") == ["90"]
    assert values(result, "onvif.hostname") == ["ipc-7"]
    assert values(result, "onvif.manufacturer") == ["HIKVISION"]
    assert values(result, "onvif.firmware") == ["V5.5.80 build 190528"]
    assert "http://www.onvif.org/ver20/media/wsdl" in values(result, "onvif.service")
    assert bench.queries == [f"onvif {name}" for name in ALL]


def test_stops_at_the_first_refusal_of_a_call_that_needs_a_user(bench, answering):
    def answer(request):
        if call_of(request) == "GetDeviceInformation":
            return soap(
                DENIED,
                "401 Unauthorized",
                ('WWW-Authenticate: Digest realm="ipc", nonce="1"',),
            )
        return soap(CLOCK)

    result, device = run(bench, answering(answer, HOST))
    assert [call_of(r) for r in device.requests] == ALL[:5]
    assert result.status is Status.AUTH_REQUIRED
    assert 'realm="ipc"' in values(result, "http.www_authenticate")[0]


def test_not_authorised_with_status_400(bench, answering):
    def answer(request):
        if call_of(request) == "GetDeviceInformation":
            return soap(DENIED, "400 Bad Request")
        return soap(CLOCK)

    result, device = run(bench, answering(answer, HOST))
    assert len(device.requests) == 5
    assert result.status is Status.AUTH_REQUIRED
    assert result.service == "onvif"


def test_refusing_everything_ends_after_two(bench, answering):
    result, device = run(bench, answering(soap(DENIED, "400 Bad Request"), HOST))
    assert len(device.requests) == 2
    assert result.service == "onvif"
    assert result.status is Status.AUTH_REQUIRED


@pytest.mark.parametrize("status", ["404 Not Found", "405 Method Not Allowed", "200 OK"])
def test_a_page_instead_of_an_envelope_ends_it(bench, answering, page, status):
    reply = page("<html><title>404</title></html>", status=status)
    result, device = run(bench, answering(reply, HOST))
    assert len(device.requests) == 1
    assert result.service is None
    assert result.evidence == ()
    assert result.status is Status.MALFORMED


def test_a_401_page_keeps_its_realm(bench, answering, page):
    reply = page(
        "", status="401 Unauthorized", headers=('WWW-Authenticate: Basic realm="printer"',)
    )
    result, device = run(bench, answering(reply, HOST))
    assert len(device.requests) == 1
    assert values(result, "http.www_authenticate") == ['Basic realm="printer"']
    assert result.status is Status.AUTH_REQUIRED
    assert result.service is None


def test_foreign_soap_is_not_onvif(bench, answering):
    body = (
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code>'
        b"<e:Value>e:Sender</e:Value></e:Code></e:Fault></e:Body></e:Envelope>"
    )
    reply = b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    result, device = run(bench, answering(reply, HOST))
    assert len(device.requests) == 1
    assert result.service is None


def test_two_silences_end_it(bench, serve):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(30)

    result, device = run(bench, serve(handler, HOST), read_timeout=0.2)
    assert device.visits == 2
    assert result.status is Status.TIMED_OUT
    assert result.reached


def test_one_silence_is_forgiven(bench, answering):
    def answer(request):
        return None if call_of(request) == "GetServices" else soap(CLOCK)

    result, device = run(bench, answering(answer, HOST))
    assert [call_of(r) for r in device.requests] == ALL
    assert result.service == "onvif"


def test_half_an_envelope(bench, answering):
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + ENVELOPE.format(CLOCK)[:700].encode()
    result, _ = run(bench, answering(raw, HOST))
    assert result.service == "onvif"


def test_refused(bench):
    async def go():
        async with bench.context() as ctx:
            return await OnvifProbe(Door("http", 9, PATH)).run(ctx, HOST, 9)

    result = asyncio.run(go())
    assert (result.status, result.reached) == (Status.REFUSED, False)


def test_xaddr_of_this_host_leads():
    found = doors(HOST, [f"http://{HOST}:8059/onvif/services"], {80: "http"})
    assert found == (Door("http", 8059, "/onvif/services"), Door("http", 80, PATH))


def test_foreign_and_broken_xaddrs():
    xaddrs = ["http://0.0.0.0:8080/onvif/device_service", "SERVICE_URI", "http://[bad", "ftp://x/"]
    assert doors(HOST, xaddrs, {8080: "http"}) == (Door("http", 8080, PATH),)
    assert doors(HOST, ["http://192.168.1.9/onvif/device_service"], {}) == (Door("http", 80, PATH),)
    assert doors(HOST, [f"http://{HOST}:9100/onvif/device_service"], {}) == ()


def test_xaddr_path_must_be_a_device_service():
    assert doors(HOST, [f"http://{HOST}/cgi-bin/reboot"], {}) == (Door("http", 80, PATH),)


def test_usual_ports_where_web_answers():
    reached = {443: "https", 80: None, 8000: "http", 8899: None, 554: "rtsp", 88: "http"}
    assert doors(HOST, (), reached) == (
        Door("http", 8000, PATH),
        Door("http", 8899, PATH),
        Door("https", 443, PATH),
    )


def test_no_more_than_four_doors():
    reached = dict.fromkeys((80, 8000, 8080, 8899, 2020, 443), "http")
    assert [door.port for door in doors(HOST, (), reached)] == [80, 8000, 8080, 8899]


def test_ipv6_zone_is_the_same_host():
    assert doors("fe80::1%eth0", ["http://[fe80::1]:2020/onvif/device_service"], {}) == (
        Door("http", 2020, PATH),
    )


@given(st.lists(st.text(max_size=60) | st.from_regex(r"https?://[ -~]{0,30}"), max_size=12))
def test_fuzz_doors(xaddrs):
    found = doors(HOST, xaddrs, {80: "http"})
    assert 1 <= len(found) <= 4
    assert all(0 < door.port < 65536 for door in found)
