"""Promise 1: only read-only queries of a closed list leave, and never a credential."""

from __future__ import annotations

import json
import re
import socket
import threading
from pathlib import Path

import pytest
from lxml import etree

from camscan.protocols.never import path_permitted, service_path_permitted
from camscan.protocols.query import CONSTRUCTORS, is_permitted

pytestmark = pytest.mark.root

HTTP_HEADERS = {
    "host", "accept", "accept-encoding", "connection", "user-agent", "content-type",
    "content-length",
}  # fmt: skip
RTSP_HEADERS = {"cseq", "user-agent", "accept"}
# ONVIF Core, access class PRE_AUTH, and the two that are tried once.
ONVIF_CALLS = {
    "GetSystemDateAndTime", "GetServices", "GetCapabilities", "GetHostname", "GetWsdlUrl",
    "GetServiceCapabilities", "GetEndpointReference", "GetDeviceInformation", "GetScopes",
}  # fmt: skip
SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
TDS = "{http://www.onvif.org/ver10/device/wsdl}"
PAGE = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*[A-Za-z0-9._~-]+\.(?:html?|asp|js|css)")
NEVER = re.compile(rb"(?i)authori[sz]ation:|cookie:|wsse|usernametoken|password|nonce")
CONNECT_ONLY = (37777, 34567)


def requests(data: bytes) -> list[tuple[str, str, str, dict[str, str], bytes]]:
    """(method, target, version, headers, body) of everything on one connection, to its end."""
    found = []
    while data:
        head, blank, data = data.partition(b"\r\n\r\n")
        assert blank, f"not a whole request: {head[:80]!r}"
        first, *lines = head.decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
        pairs = [line.split(": ", 1) for line in lines]
        headers = {name.lower(): value for name, value in pairs}
        assert len(headers) == len(pairs), f"a header twice: {lines}"
        length = int(headers.get("content-length", "0"))
        assert len(data) >= length, f"half a body: {first}"
        found.append((method, target, version, headers, data[:length]))
        data = data[length:]
    return found


def check_http(method, target, headers, body):
    assert set(headers) <= HTTP_HEADERS, headers
    assert headers.get("accept-encoding", "identity") == "identity"
    if method == "GET":
        assert target in ("/", "/favicon.ico") or PAGE.fullmatch(target), target
        assert path_permitted(target), target
        assert not body
        return
    assert method == "POST", method
    assert service_path_permitted(target), target
    assert re.fullmatch(r"/onvif/[A-Za-z_]+", target), target
    envelope = etree.fromstring(body)
    assert [part.tag for part in envelope] == [f"{SOAP}Body"], "no SOAP header: no WS-Security"
    (call,) = envelope[0]
    assert call.tag.removeprefix(TDS) in ONVIF_CALLS, call.tag


def check_rtsp(method, target, headers, body):
    assert method in ("OPTIONS", "DESCRIBE"), method
    assert re.fullmatch(r"rtsps?://[0-9.]+(?::\d+)?/", target), target
    assert set(headers) <= RTSP_HEADERS, headers
    assert not body


def check_plain(data: bytes) -> list[str]:
    """Fail unless `data` is made of permitted requests; their first words."""
    assert not NEVER.search(data), data[:300]
    found = []
    for method, target, version, headers, body in requests(data):
        if version == "RTSP/1.0":
            check_rtsp(method, target, headers, body)
        else:
            assert version in ("HTTP/1.0", "HTTP/1.1"), version
            check_http(method, target, headers, body)
        found.append(f"{version[:4]} {method} {target}")
    return found


def tls_records(data: bytes) -> list[int]:
    """Content types of the TLS records that `data` is made of."""
    kinds = []
    while data:
        assert data[0] in (20, 21, 22, 23), data[:8]
        assert data[1] == 3, data[:8]
        size = int.from_bytes(data[3:5])
        assert len(data) >= 5 + size, "half a TLS record"
        kinds.append(data[0])
        data = data[5 + size :]
    return kinds


def test_every_tcp_payload_is_one_of_the_permitted_requests(campaign):
    said: list[str] = []
    handshakes = 0
    for one in campaign.connections:
        if one.sent[:2] == b"\x16\x03":
            assert tls_records(one.sent)[0] == 22
            assert one.sent[5] == 1, "TLS begins with a ClientHello"
            handshakes += 1
        else:
            said += check_plain(one.sent)
    # The check above has seen the whole repertoire, so it was not idle.
    assert handshakes > 5
    assert {"HTTP GET /", "HTTP GET /favicon.ico", "HTTP GET /doc/page/login.asp"} <= set(said)
    assert {line.split()[1] for line in said if line.startswith("RTSP")} == {"OPTIONS", "DESCRIBE"}
    assert "HTTP POST /onvif/device_service" in said


def test_what_stands_inside_tls_is_permitted_too(campaign):
    inside = [
        (port, data) for address, port, data in campaign.heard if port in (443, 8443) and data
    ]
    assert {port for port, _ in inside} == {443, 8443}
    for _, data in inside:
        check_plain(data)


def test_no_name_is_sent_in_a_client_hello(campaign):
    # An SNI would carry a name that somebody else chose; addresses have none (RFC 6066).
    for one in campaign.connections:
        if one.sent[:2] == b"\x16\x03":
            assert b"example" not in one.sent[: 5 + int.from_bytes(one.sent[3:5])]


def test_every_udp_payload_is_on_the_closed_list(campaign):
    datagrams = [packet for packet in campaign.left if packet.kind == "udp"]
    assert len(datagrams) > 50
    for packet in datagrams:
        assert is_permitted(packet.payload, packet.dport), packet
    # The check above has seen the whole list, so it was not idle.
    assert {packet.dport for packet in datagrams} == {make().port for make in CONSTRUCTORS}
    for packet in datagrams:
        if packet.dport != 3702:
            continue
        assert b"\n" not in packet.payload
        (probe,) = etree.fromstring(packet.payload).find(f"{SOAP}Body")
        assert etree.QName(probe).localname == "Probe"
        types = ["".join(child.itertext()) for child in probe]
        assert types in ([], ["dn:NetworkVideoTransmitter"], ["tds:Device"], ["wsdp:Device"])


def test_by_default_a_silent_address_gets_three_datagrams(campaign):
    dark = [p for p in campaign.left if p.kind == "udp" and p.target == f"{campaign.base}.2.7"]
    assert sorted(p.dport for p in dark) == [3702, 37020, 37810]


def test_nothing_but_tcp_udp_and_the_kernels_own_leaves(campaign):
    kinds = {packet.kind for packet in campaign.left}
    assert kinds <= {"tcp", "udp", "arp", "icmp", "icmp6", "other"}
    # Group membership (IGMP) goes to all routers of the link, and is the kernel's own.
    assert {p.target for p in campaign.left if p.kind == "other"} <= {"224.0.0.22"}
    # 133 router and 135, 136 neighbour discovery, 143 listener report: none of a program's making.
    icmp6 = {packet.payload[0] for packet in campaign.left if packet.kind == "icmp6"}
    assert icmp6 <= {133, 135, 136, 143}
    # Destination unreachable, for an answer that came after its socket was closed.
    assert {p.payload[0] for p in campaign.left if p.kind == "icmp"} <= {3}


def test_private_protocols_get_a_connection_and_nothing_else(campaign, wire):
    doors = [one for one in campaign.connections if one.port in CONNECT_ONLY]
    opened = [one for one in doors if one.opened]
    assert {one.port for one in opened} == set(CONNECT_ONLY)
    assert all(one.sent == b"" for one in doors)


def test_a_port_without_a_known_protocol_is_only_listened_to(campaign):
    listened = [c for c in campaign.connections if (c.target, c.port) == (campaign.doors, 9000)]
    assert len(listened) == 2, "one touch, one listening"
    assert all(one.sent == b"" for one in listened)
    longest = max(one.ended - one.at for one in listened)
    assert 0.9 < longest < 2.0


def test_printer_ports_are_not_even_knocked_at(campaign):
    # They are open on two devices, and one of those names 9100 in a redirect and in an XAddr.
    tried = [p for p in campaign.left if p.kind == "tcp" and 9100 <= p.dport <= 9107]
    assert tried == []


def test_printer_ports_cannot_be_asked_for(camscan):
    for ports in ("9100", "9000-9200", "80,9107"):
        done = camscan("scan", "127.0.0.1", "--ports", ports)
        assert done.code == 2
        assert "9100" in done.err


def test_a_login_prompt_is_answered_with_nothing(campaign):
    asked = [data for address, _, data in campaign.heard if address == campaign.guarded]
    assert len(asked) > 8, "web, TLS, RTSP and ONVIF were all asked"
    for data in asked:
        check_plain(data)
    # Asked once: a second try of the same document would be an attempt to get in.
    for port in (80, 443, 8443):
        lines = [
            d.split(b"\r\n")[0] for a, p, d in campaign.heard if (a, p) == (campaign.guarded, port)
        ]
        assert lines.count(b"GET / HTTP/1.1") == 1
    device = campaign.device(campaign.guarded)
    assert any(item["field"] == "http.www_authenticate" for item in device["evidence"])


def test_links_pictures_and_actions_of_a_page_are_not_followed(campaign):
    wanted = {
        data.split(b"\r\n")[0]
        for address, port, data in campaign.heard
        if address == campaign.lure and data
    }
    gets = {line for line in wanted if line.startswith(b"GET")}
    assert gets == {b"GET / HTTP/1.1", b"GET /favicon.ico HTTP/1.1"}


def test_a_passive_scan_hears_and_sends_nothing(namespaces, wire, spoken, start, tmp_path):
    """A TVT device announces itself every moment; not one packet of this program answers."""
    near, far = namespaces.add("near"), namespaces.add("far")
    namespaces.wire(near, "up0", "10.78.0.1", far, "10.78.0.2")
    wire.settled(near)
    samples = Path(__file__).parents[1] / "protocols" / "data" / "samples.jsonl"
    rows = map(json.loads, samples.read_text("utf-8").splitlines())
    announcement = next(bytes.fromhex(r["data"]) for r in rows if r["id"] == "tvt-announce-lobby")

    def device():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        own = socket.inet_aton("10.78.0.2")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        sock.bind(("10.78.0.2", 23456))
        return sock

    with wire.inside(far, device) as sock, wire.capture(near) as seen:
        running = start(
            "scan", "--passive", "3", "-o", "json:-", "--db", f"{tmp_path}/db/db",
            prefix=("ip", "netns", "exec", near),
        )  # fmt: skip
        running.until('"type":"started"')
        pause = threading.Event()
        while running.child.poll() is None:
            sock.sendto(announcement, ("234.55.55.56", 23456))
            pause.wait(0.1)
        done = running.finish()
    assert done.code == 0, done.err
    run = json.loads(done.out)
    (device,) = [d for d in run["devices"] if "10.78.0.2" in d["addresses"]]
    assert {"tvt.model", "tvt.serial"} <= {item["field"] for item in device["evidence"]}
    assert any("nothing was sent" in skip["reason"] for skip in run["coverage"]["skips"])
    # The kernel's own group reports (MLD, IGMP) are all that may be there.
    assert [p for p in spoken(seen.left) if p.target != "224.0.0.22"] == []
