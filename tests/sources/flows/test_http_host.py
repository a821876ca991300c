import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.http_host import connect_target, host, is_request, is_unfinished


@pytest.mark.parametrize(
    "request_text, expected",
    [
        (b"GET / HTTP/1.1\r\nHost: Api.Example:8086\r\n\r\n", "api.example"),
        (b"POST /v2 HTTP/1.0\r\nUser-Agent: x\r\nhost:api.example\r\n\r\n", "api.example"),
        (b"GET / HTTP/1.1\nHost: api.example\n\n", "api.example"),
        (b"GET / HTTP/1.1\r\nHost: 120.92.92.241\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: [2001:db8::1]\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\nHost: body.example\r\n", None),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", None),
        (b"RTSP/1.0 200 OK\r\nHost: x.example\r\n\r\n", None),
    ],
)
def test_host(request_text, expected):
    assert host(request_text) == expected


@pytest.mark.parametrize(
    "request_text, expected",
    [
        (b"CONNECT Cloud.example:443 HTTP/1.1\r\n\r\n", "cloud.example"),
        (b"CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\n", None),
    ],
)
def test_connect_target(request_text, expected):
    assert connect_target(request_text) == expected


def test_a_header_that_goes_on():
    assert is_unfinished(b"GET / HTTP/1.1\r\nHost: a.exa")
    assert not is_unfinished(b"GET / HTTP/1.1\r\nHost: a.example\r\nX: ")
    assert not is_unfinished(b"GET / HTTP/1.1\r\n\r\n")
    assert not is_unfinished(b"SSH-2.0")


def test_is_request():
    assert is_request(b"GET / HTTP/1.1")
    assert not is_request(b"HTTP/1.1 200 OK")


@given(st.binary(max_size=200))
def test_fuzz_any_bytes(data):
    is_unfinished(b"GET " + data)
    connect_target(b"CONNECT " + data)
    found = host(b"GET " + data)
    assert found is None or 0 < len(found) <= 253
