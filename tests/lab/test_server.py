"""The devices answer as their personas say, on loopback, over real sockets."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
from cryptography import x509
from lxml import etree

from camscan.errors import LocalFaultError
from camscan.lab import Lab

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
OPTIONS = b"OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 7\r\n\r\n"
DESCRIBE = b"DESCRIBE rtsp://x/ RTSP/1.0\r\nCSeq: 8\r\nAccept: application/sdp\r\n\r\n"


def soap(call: str) -> bytes:
    body = f'<s:Envelope><s:Body><tds:{call} xmlns:tds="x"/></s:Body></s:Envelope>'.encode()
    head = f"POST /onvif/device_service HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_hikvision_start_page_byte_for_byte(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    head, _, body = client.ask(address, client.port(small, address, 80), GET).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert lines[2] == b"Server: App-webs/"
    assert f"Content-Length: {len(body)}".encode() in lines
    assert b'window.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();' in body


def test_rtsp_echoes_cseq_and_names_the_device_s_own_realm(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    device = next(d for d in small.estate.devices if d.address(small.base) == address)
    answer = client.ask(
        address, client.port(small, address, 554), OPTIONS + DESCRIBE, seconds=0.5
    ).decode()
    assert "RTSP/1.0 200 OK\r\nCSeq: 7\r\nPublic: OPTIONS, DESCRIBE, PLAY" in answer
    assert f'WWW-Authenticate: Digest realm="{device.values["realm"]}", nonce="' in answer
    assert "CSeq: 8" in answer


def test_onvif_answers_what_needs_no_user_and_refuses_the_rest(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    port = client.port(small, address, 80)
    head, _, body = client.ask(address, port, soap("GetServices")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    tree = etree.fromstring(body)
    urls = tree.findall(".//{http://www.onvif.org/ver10/device/wsdl}XAddr")
    assert urls[0].text == f"http://{address}:{port}/onvif/device_service"
    denied = client.ask(address, port, soap("GetDeviceInformation"))
    assert denied.startswith(b"HTTP/1.1 401")
    assert b'WWW-Authenticate: Digest qop="auth", realm="DS-2CD' in denied


def test_tls_shows_the_device_s_certificate(small: Lab, client: Any) -> None:
    address = client.address(small, "axis-os10")
    pem = ssl.get_server_certificate((address, client.port(small, address, 443)))
    subject = x509.load_pem_x509_certificate(pem.encode()).subject.rfc4514_string()
    mac = small.truth[address].mac.replace(":", "")
    assert subject == f"CN=axis-{mac},O=Axis Communications AB"


def test_a_port_that_says_nothing_stays_open_and_silent(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    with socket.create_connection((address, 8000), 2) as sock:
        sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            sock.recv(1)


def test_closed_ports_and_dead_addresses_refuse(small: Lab, client: Any) -> None:
    address = client.address(small, "hikvision-app-webs")
    for target in ((address, 8899), (f"{client.base}.0.200", 8080)):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(target, 2)


def test_a_taken_address_is_a_local_fault_that_names_it(small: Lab, client: Any) -> None:
    with (
        pytest.raises(LocalFaultError, match=rf"cannot open {client.base}.*another lab"),
        Lab.up("small", "loopback", base=client.base),
    ):
        pytest.fail("two labs on one network")


def test_hostile_devices_do_as_they_say(client: Any) -> None:
    octet = (int(client.base.split(".")[1]) + 3) % 250 + 1
    with Lab.up("hostile", "loopback", base=f"127.{octet}") as lab:
        assert client.take(client.address(lab, "hostile-endless"), 8080, GET, 5_000) >= 5_000
        assert client.take(client.address(lab, "hostile-huge"), 8080, GET, 2_000_000) >= 2_000_000
        assert client.ask(client.address(lab, "hostile-close"), 8080, GET) == b""
        redirect = client.ask(client.address(lab, "hostile-redirect"), 8080, GET)
        assert b"Location: http://198.51.100.7/" in redirect
        good = client.address(lab, "dahua-ipc")
        assert b"WEB SERVICE" in client.ask(good, client.port(lab, good, 80), GET)
