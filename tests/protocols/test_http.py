"""Each test is a device that some strict client refused."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.status import Status
from camscan.protocols import http
from camscan.protocols.decoded import Malformed

SAMPLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "samples.jsonl").read_text().splitlines()
]
HEADERS = [s for s in SAMPLES if s["protocol"] == "http.server-header"]
CHALLENGES = [s for s in SAMPLES if s["protocol"] == "http.www-authenticate"]

PAGE = (
    b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Type: text/html\r\n"
    b"Set-Cookie: sid=secret; path=/\r\nETag: x\r\n\r\n"
    b'<html><head><title>Login</title><meta http-equiv="refresh" content="0;url=a.html">'
)


def read(data: bytes) -> http.HttpResponse:
    response = http.parse_response(data)
    assert isinstance(response, http.HttpResponse)
    return response


@pytest.mark.parametrize("sample", HEADERS, ids=lambda s: s["id"])
def test_real_server_headers(sample: dict[str, str]) -> None:
    raw = f"HTTP/1.1 200 OK\r\nServer: {sample['data']}\r\n\r\n".encode()
    assert http.decode(raw).values("http.server") == (sample["data"],)


@pytest.mark.parametrize("sample", CHALLENGES, ids=lambda s: s["id"])
def test_real_challenges(sample: dict[str, str]) -> None:
    raw = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {sample['data']}\r\n\r\n".encode()
    decoded = http.decode(raw)
    assert decoded.status is Status.AUTH_REQUIRED
    assert decoded.values("http.www_authenticate") == (sample["data"],)


def test_an_ordinary_page() -> None:
    decoded = http.decode(PAGE)
    assert decoded.status is Status.OK
    assert decoded.values("http.status") == ("200",)
    assert decoded.values("http.server") == ("App-webs/",)
    assert decoded.values("http.title") == ("Login",)
    assert decoded.values("http.cookie") == ("sid=",)
    assert decoded.values("http.header") == ("Content-Type: text/html", "ETag: x")
    assert decoded.values("http.body")[0].startswith("<html>")
    assert "secret" not in str(decoded)


def test_lf_only() -> None:
    assert http.decode(PAGE.replace(b"\r\n", b"\n")).fields == http.decode(PAGE).fields


def test_bytes_before_the_status_line() -> None:
    response = read(b"\r\n\x00junk\n" + PAGE)
    assert response.status == 200
    assert "bytes before the status line" in response.oddities


def test_http_0_9() -> None:
    response = read(b"<html><title>IPCam</title></html>")
    assert (response.version, response.status) == ("0.9", None)
    assert http.decode(b"<html><title>IPCam</title></html>").fields == (
        ("http.title", "IPCam"),
        ("http.body", "<html><title>IPCam</title></html>"),
    )


def test_status_words() -> None:
    assert http.decode(b"HTTP/1.0 401 NG\r\n\r\n").status is Status.AUTH_REQUIRED
    assert read(b"HTTP/1.1 200 Ok\r\n\r\n").reason == "Ok"
    assert read(b"HTTP/1.0 200\r\n\r\n").status == 200
    assert read(b"HTTP/1.1 200\x00\x01\xff{...}\r\nServer: x\r\n\r\n").status == 200


def test_header_lines_without_a_colon() -> None:
    decoded = http.decode(
        b"HTTP/1.0 200 OK\r\nMon Jan  5 01:02:03 1970\r\nServer: GoAhead-Webs\r\n\r\n<title>x"
    )
    assert decoded.values("http.server") == ("GoAhead-Webs",)
    assert decoded.values("http.title") == ("x",)


@pytest.mark.parametrize("length", [b"5", b"99999", b"-1", b"x", b"", b"1" * 40, "²".encode()])
def test_wrong_content_length(length: bytes) -> None:
    response = read(
        b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n<title>whole</title>"
    )
    assert response.body == b"<title>whole</title>"


def test_chunked() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    good = read(head + b"4;x=y\r\n<tit\r\n5\r\nle>ab\r\n0\r\n\r\n")
    assert (good.body, good.oddities) == (b"<title>ab", ())
    bad = read(head + b"4\r\n<tit\r\nzz\r\nle>cd")
    assert bad.body == b"<titzz\r\nle>cd"
    assert "bad chunk size" in bad.oddities
    none = read(head + b"<title>plain</title>")
    assert none.body == b"<title>plain</title>"
    short = read(head + b"ffffffff\r\n<title>short")
    assert short.body == b"<title>short"
    assert "chunks cut short" in short.oddities


def test_duplicate_headers_are_all_kept() -> None:
    decoded = http.decode(
        b"HTTP/1.1 401 x\r\nServer: a\r\nServer: b\r\n"
        b'WWW-Authenticate: BASIC realm="x"\r\nWWW-Authenticate: Digest realm="y"\r\n\r\n'
    )
    assert decoded.values("http.server") == ("a", "b")
    assert len(decoded.values("http.www_authenticate")) == 2


@pytest.mark.parametrize(
    "challenge", ["Basic realm=Camera Name : x", 'BASIC realm="a', "Digest", "Basic realm=%s"]
)
def test_odd_challenges_stay_as_sent(challenge: str) -> None:
    raw = f"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {challenge}\r\n\r\n".encode()
    assert http.decode(raw).values("http.www_authenticate") == (challenge,)


def test_unformatted_header() -> None:
    assert http.decode(b"HTTP/1.1 200 OK\r\nServer: %s\r\n\r\n").values("http.server") == ("%s",)


def test_rtsp_on_the_http_port_is_rtsp_evidence() -> None:
    decoded = http.decode(b"RTSP/1.0 400 Bad Request\r\nServer: Dahua Rtsp Server\r\n\r\n")
    assert decoded.fields == (("rtsp.status", "400"), ("rtsp.server", "Dahua Rtsp Server"))


@pytest.mark.parametrize(
    ("header", "meta"),
    [(b"; charset=gb2312", b""), (b"", b"<meta charset=gb2312>"), (b"", b"")],
)
def test_gb2312(header: bytes, meta: bytes) -> None:
    title = "网络摄像机"
    raw = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html" + header + b"\r\n\r\n" + meta
        + b"<title>" + title.encode("gb2312") + b"</title>"
    )  # fmt: skip
    assert http.decode(raw).values("http.title") == (title,)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        (b"gzip", gzip.compress(b"<title>z</title>", mtime=0)),
        (b"deflate", zlib.compress(b"<title>z</title>")),
        (b"deflate", zlib.compress(b"<title>z</title>")[2:-4]),
    ],
)
def test_compression_that_nobody_asked_for(coding: bytes, packed: bytes) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + b"\r\n\r\n" + packed
    assert http.decode(raw).values("http.title") == ("z",)


def test_a_compression_bomb_is_bounded() -> None:
    bomb = gzip.compress(b"\x20" * 50_000_000)
    response = read(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb)
    assert len(response.body) <= http.BODY_LIMIT


def test_bad_compression_is_an_oddity() -> None:
    response = read(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain")
    assert response.body == b"plain"
    assert "bad compression" in response.oddities


def test_pictures_are_no_text() -> None:
    decoded = http.decode(b"HTTP/1.1 200 OK\r\n\r\n\xff\xd8\xff\xe0\x00\x10JFIF")
    assert decoded.values("http.body") == ()


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"SSH-2.0-dropbear\r\n", b"220 FTP", b"{}"])
def test_not_http(data: bytes) -> None:
    assert isinstance(http.parse_response(data), Malformed)
    assert http.decode(data).status is Status.MALFORMED


def test_redirects_location_then_meta_then_script() -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: http:///index.asp\r\n\r\n<script>location='b.html'"
    assert read(raw).redirects == ("http:///index.asp", "b.html")
    assert read(raw.replace(b"302", b"200")).redirects == ("b.html",)
    assert http.decode(raw).values("http.location") == ("http:///index.asp",)


def test_credentials_in_a_location_are_cut_out() -> None:
    decoded = http.decode(b"HTTP/1.1 302 x\r\nLocation: http://admin:1234@10.0.0.1/a\r\n\r\n")
    assert decoded.values("http.location") == ("http://10.0.0.1/a",)


def test_secrets_in_a_body_are_cut_out() -> None:
    decoded = http.decode(b'HTTP/1.1 200 OK\r\n\r\n{"Ver":"1.1","Psk":"wifi-key-1"}')
    assert decoded.values("http.body") == ('{"Ver":"1.1","Psk":…}',)


def test_an_answer_of_a_strict_client_gives_the_same_evidence() -> None:
    lenient = read(PAGE)
    built = http.build_response(200, lenient.headers, lenient.body, reason="OK")
    assert http.fields(built) == http.fields(lenient)


def test_headers_of_a_strict_client_are_decoded_again() -> None:
    realm = 'Basic realm="网络摄像机"'
    for charset in ("utf-8", "gb2312"):
        headers = [("WWW-Authenticate", realm.encode(charset).decode("latin-1"))]
        built = http.build_response(401, headers, b"")
        assert built.values("www-authenticate") == (realm,)
    assert http.build_response(200, [("Server", "摄")], b"").values("server") == ("摄",)


def test_body_evidence_is_at_most_8_kib() -> None:
    decoded = http.decode(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1_000_000)
    assert len(decoded.values("http.body")[0]) == 8192


def test_get_request_bytes() -> None:
    assert http.get_request("10.0.0.1:8080", "/favicon.ico", version="1.0") == (
        b"GET /favicon.ico HTTP/1.0\r\nHost: 10.0.0.1:8080\r\n"
        + f"User-Agent: {http.USER_AGENT}\r\n".encode()
        + b"Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    assert b"Host: [fd00::1]\r\n" in http.get_request("[fd00::1]", "/")


@pytest.mark.parametrize(
    ("host", "path", "version"),
    [
        ("10.0.0.1", "/cgi-bin/audio.cgi", "1.1"),
        ("10.0.0.1", "/upnp_eth0.xml", "1.1"),
        ("10.0.0.1", "/reboot", "1.1"),
        ("10.0.0.1", "/ HTTP/1.1\r\nX: y", "1.1"),
        ("a\r\nb", "/", "1.1"),
        ("", "/", "1.1"),
        ("cam", "/", "2"),
    ],
)
def test_get_request_refuses(host: str, path: str, version: str) -> None:
    with pytest.raises(ValueError, match="not"):
        http.get_request(host, path, version=version)


@given(
    st.binary(max_size=400),
    st.sampled_from(
        (b"", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n")
    ),
    st.integers(0, len(PAGE)),
)
def test_fuzz_parse_response_and_decode(data: bytes, start: bytes, cut: int) -> None:
    for raw in (start + data, PAGE[:cut] + data + PAGE[cut:]):
        http.parse_response(raw)
        decoded = http.decode(raw)
        assert all(len(value.encode()) <= 8192 for _, value in decoded.fields)


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"1\r\na\r\n", b"0", b"\r\n", b"<title>", b"<meta ", b"psk="])
def test_fuzz_decode_is_linear(unit: bytes) -> None:
    for head in (
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        started = time.perf_counter()
        http.decode(head + unit * (262144 // len(unit)))
        assert time.perf_counter() - started < 2
