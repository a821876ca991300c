from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import rtsp
from camscan.protocols.decoded import Malformed

SAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
]
SERVERS = [s for s in SAMPLES if s["protocol"] == "rtsp.server-header"]

OPTIONS = (
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, SETUP\r\nServer: x/1\r\n"
    b"Date:  Thu, May 14 2020 16:45:35 GMT\r\n\r\n"
)
REFUSED = (
    b'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="IP Camera(12345)", '
    b'nonce="abc"\r\nWWW-Authenticate: Basic realm="/"\r\n\r\n'
)
SDP = (
    b"v=0\r\no=- 1109162014219182 1109162014219192 IN IP4 10.1.2.3\r\ns=Media Presentation\r\n"
    b"e=NONE\r\nc=IN IP4 10.1.2.3\r\nt=0 0\r\na=control:rtsp://10.1.2.3:554/trackID=1\r\n"
    b"a=tool:LIVE555 Streaming Media v2013.05.30\r\nm=video 0 RTP/AVP 96\r\n"
    b"k=clear:secret\r\na=crypto:1 AES inline:secret\r\na=rtpmap:96 H264/90000\r\n"
    b"a=Media_header:MEDIAINFO=494D4B48;\r\na=appversion:1.0\r\n"
)


def read(data: bytes) -> rtsp.RtspResponse:
    response = rtsp.parse_response(data)
    assert isinstance(response, rtsp.RtspResponse)
    return response


@pytest.mark.parametrize("sample", SERVERS, ids=lambda s: s["id"])
def test_real_server_headers(sample: dict[str, str]) -> None:
    raw = f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: {sample['data']}\r\n\r\n".encode()
    assert rtsp.decode(raw).values("rtsp.server") == (sample["data"],)


def test_options_then_describe_on_one_connection() -> None:
    first, second = rtsp.parse_responses(OPTIONS + REFUSED)
    assert first.public == ("OPTIONS", "DESCRIBE", "SETUP")
    assert second.status == 401
    decoded = rtsp.decode(OPTIONS + REFUSED)
    assert decoded.status is Status.AUTH_REQUIRED
    assert decoded.values("rtsp.status") == ("200", "401")
    assert decoded.values("rtsp.server") == ("x/1",)
    assert decoded.values("rtsp.public") == ("OPTIONS, DESCRIBE, SETUP",)
    assert len(decoded.values("rtsp.www_authenticate")) == 2


@pytest.mark.parametrize("line", [b"HTTP/1.0 401 Unauthorized", b"HTTP/1.1 405 Method Not Allowed"])
def test_http_on_the_rtsp_port_is_http_evidence(line: bytes) -> None:
    decoded = rtsp.decode(line + b"\r\nServer: Linux/2.x UPnP/1.0 Avtech/1.0\r\n\r\n")
    assert decoded.values("http.server") == ("Linux/2.x UPnP/1.0 Avtech/1.0",)
    assert not any(field.startswith("rtsp.") for field, _ in decoded.fields)


def test_505() -> None:
    assert read(b"RTSP/1.0 505 RTSP Version Not Supported\r\nCSeq: 1\r\n\r\n").status == 505


@pytest.mark.parametrize("cseq", [b"CSeq: 0\r\n", b"", b"CSeq: -1\r\n", b"CSeq:\r\n"])
def test_cseq_is_not_relied_on(cseq: bytes) -> None:
    assert read(b"RTSP/1.0 401 Unauthorized\r\n" + cseq + b"Server: V\r\n\r\n").status == 401


def test_two_status_lines_for_one_request() -> None:
    raw = b"RTSP/1.0 200 OK\r\nRTSP/1.0 401 Unauthorized\r\nServer: Hipcam RealServer/V1.0\r\n\r\n"
    decoded = rtsp.decode(raw)
    assert decoded.values("rtsp.status") == ("200", "401")
    assert decoded.status is Status.AUTH_REQUIRED
    assert decoded.values("rtsp.server") == ("Hipcam RealServer/V1.0",)


def test_odd_date_does_no_harm() -> None:
    raw = b"RTSP/1.0 200 OK\r\nDate: Week 2, Month 3\r\nServer: x\r\n\r\n"
    assert rtsp.decode(raw).fields == (("rtsp.status", "200"), ("rtsp.server", "x"))


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\x00" * 20, b"hello"])
def test_empty_answer_is_malformed_and_not_authorised(data: bytes) -> None:
    assert isinstance(rtsp.parse_response(data), Malformed)
    assert rtsp.decode(data).status is Status.MALFORMED


def test_allow_in_lower_case_is_kept_as_it_was_written() -> None:
    decoded = rtsp.decode(b"RTSP/1.0 200 OK\r\nallow: OPTIONS, SET_PARAMETER\r\n\r\n")
    assert decoded.values("rtsp.public") == ("OPTIONS, SET_PARAMETER",)
    assert decoded.values("rtsp.header") == ("allow: OPTIONS, SET_PARAMETER",)


def test_dahua_header_is_kept() -> None:
    decoded = rtsp.decode(b"RTSP/1.0 200 OK\r\nx-Accept-Dynamic-Rate: 1\r\n\r\n")
    assert decoded.values("rtsp.header") == ("x-Accept-Dynamic-Rate: 1",)


def test_sdp_loses_addresses_keys_and_contacts() -> None:
    raw = b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(SDP) + SDP
    decoded = rtsp.decode(raw)
    assert decoded.status is Status.OK
    (text,) = decoded.values("rtsp.sdp")
    assert text.split("\n") == [
        "v=0",
        "o=- 1109162014219182 1109162014219192 IN IP4 0.0.0.0",
        "s=Media Presentation",
        "e=NONE",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:rtsp://0.0.0.0/trackID=1",
        "a=tool:LIVE555 Streaming Media v2013.05.30",
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        "a=Media_header:MEDIAINFO=494D4B48;",
        "a=appversion:1.0",
    ]


def test_sdp_masks_ipv6_and_addresses_in_names_and_drops_contacts() -> None:
    body = (
        b"v=0\ns=RTSP Session of 10.1.2.3\nc=IN IP6 fd00::1\ne=a@b.example\np=+44 1\n"
        b"u=http://u:p@cam/\na=tool:Streamer 2.0.3.1\na=x:https://admin:pw@10.1.2.3:8443/y\n"
    )
    assert rtsp.sdp_text(body) == (
        "v=0\ns=RTSP Session of 0.0.0.0\nc=IN IP6 ::\na=tool:Streamer 2.0.3.1\n"
        "a=x:https://0.0.0.0/y"
    )


@pytest.mark.parametrize("length", [b"", b"Content-Length: 7\r\n", b"Content-Length: x\r\n"])
def test_sdp_with_a_wrong_length(length: bytes) -> None:
    raw = b"RTSP/1.0 200 OK\r\n" + length + b"\r\n" + SDP
    assert "s=Media Presentation" in rtsp.decode(raw).values("rtsp.sdp")[0]


def test_a_second_answer_after_a_body_without_length() -> None:
    found = rtsp.parse_responses(b"RTSP/1.0 200 OK\r\n\r\n" + SDP + REFUSED)
    assert [response.status for response in found] == [200, 401]
    assert found[0].body == SDP


def test_a_flood_of_answers_is_bounded() -> None:
    assert len(rtsp.parse_responses(OPTIONS * 1000)) == 8


def test_lf_only() -> None:
    assert rtsp.decode(REFUSED.replace(b"\r\n", b"\n")).fields == rtsp.decode(REFUSED).fields


def test_request_bytes() -> None:
    agent = f"User-Agent: {rtsp.USER_AGENT}\r\n\r\n".encode()
    assert rtsp.options_request("10.0.0.1", 554) == (
        b"OPTIONS rtsp://10.0.0.1:554/ RTSP/1.0\r\nCSeq: 1\r\n" + agent
    )
    assert rtsp.describe_request("fe80::1%eth0", 8554) == (
        b"DESCRIBE rtsp://[fe80::1]:8554/ RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n"
        + agent
    )


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("", 554),
        ("a b", 554),
        ("a\r\nb", 554),
        ("a/b", 554),
        ("u:p@h", 554),
        ("h", 0),
        ("h", 65536),
    ],
)
def test_requests_refuse_what_is_no_host_or_port(host: str, port: int) -> None:
    for build in (rtsp.options_request, rtsp.describe_request):
        with pytest.raises(ValueError, match=r"not|Expected|Only|Invalid|At"):
            build(host, port)


@given(
    st.binary(max_size=300),
    st.sampled_from((OPTIONS, REFUSED, OPTIONS + b"RTSP/1.0 200 OK\r\n\r\n" + SDP)),
    st.integers(0, 400),
    st.integers(0, 40),
)
def test_fuzz_parse_response_parse_responses_and_decode(
    junk: bytes, base: bytes, at: int, cut: int
) -> None:
    for raw in (junk, base[:at] + junk + base[at + cut :], base[:at]):
        rtsp.parse_response(raw)
        rtsp.parse_responses(raw)
        assert all(len(value.encode()) <= 8192 for _, value in rtsp.decode(raw).fields)


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit", [b"RTSP/1.0 200\r\n", b"s=x\r\n", b"rtsp://", b"1.", b"realm=", b"\n"]
)
def test_fuzz_decode_is_linear(unit: bytes) -> None:
    started = time.perf_counter()
    rtsp.decode(b"RTSP/1.0 200 OK\r\n\r\nv=0\r\n" + unit * (262144 // len(unit)))
    assert time.perf_counter() - started < 2
