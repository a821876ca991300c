"""WS-Discovery by unicast on loopback and by multicast in network namespaces."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import socket
import struct
import threading
import time
from collections import Counter

import pytest
from msgspec.structs import replace

from camscan.discovery.wsd import WsdMulticast, WsdUnicast, wide_scope_skips
from camscan.model.coverage import MethodStatus
from camscan.model.status import Status
from camscan.net.profile import PROFILES

QUICK = replace(PROFILES["thorough"], ask_seconds=0.3, listen_seconds=0.5)
MATCH = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope'
    ' xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header>"
    "<s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>"
    "urn:uuid:3fa1fe68-b915-4053-a3e1-{mac}</a:Address></a:EndpointReference>"
    "<d:Types>dn:NetworkVideoTransmitter</d:Types>"
    "<d:Scopes>onvif://www.onvif.org/hardware/{model}</d:Scopes>"
    "<d:XAddrs>http://{address}:2020/onvif/device_service</d:XAddrs>"
    "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
)


def match(address, *, mac="5091e3aabbcc", model="C210"):
    return MATCH.format(address=address, mac=mac, model=model).encode()


class Speaker(threading.Thread):
    """A UDP device in a thread: answers each datagram with `replies(data)`, keeps the questions."""

    def __init__(self, sock, replies):
        super().__init__(daemon=True)
        self.sock, self.replies = sock, replies
        self.questions = []
        self.times = []
        self.sock.settimeout(0.05)
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            try:
                data, peer = self.sock.recvfrom(65536)
            except TimeoutError:
                continue
            self.questions.append(data)
            self.times.append(time.monotonic())
            for reply in self.replies(data):
                self.sock.sendto(reply, peer)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        self.join()
        self.sock.close()


def udp(address, port=3702):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    return sock


def fields(sightings, field):
    return [e.value for s in sightings for e in s.evidence if e.field == field]


def test_unicast_on_loopback(bench):
    with Speaker(udp("127.78.3.5"), lambda d: [match("127.78.3.5")]) as camera:
        method = bench.run(WsdUnicast(), "127.78.3.0/28", profile=QUICK)
    assert (method.sent, method.answered, method.status) == (14, 1, MethodStatus.DONE)
    assert len(camera.questions) == 1
    assert b"dn:NetworkVideoTransmitter" in camera.questions[0]
    (sighting,) = bench.sightings
    assert (sighting.address, sighting.port, sighting.transport) == ("127.78.3.5", 3702, "udp")
    assert sighting.status is Status.OK
    assert sighting.on_scope
    assert fields(bench.sightings, "wsd.types") == ["dn:NetworkVideoTransmitter"]
    assert fields(bench.sightings, "wsd.scope") == ["onvif://www.onvif.org/hardware/C210"]
    assert fields(bench.sightings, "wsd.xaddr") == ["http://127.78.3.5:2020/onvif/device_service"]
    assert fields(bench.sightings, "wsd.endpoint_mac") == ["50:91:e3:aa:bb:cc"]
    assert {e.target for e in sighting.evidence} == {"127.78.3.5"}
    assert {(e.method, e.port, e.transport) for e in sighting.evidence} == {("wsd", 3702, "udp")}
    assert len(bench.contacts) == 14


def test_one_corrupt_datagram_among_good_ones(bench):
    replies = [b"<:/>", b"\xff\x00junk", match("127.78.3.6"), b"", match("127.78.3.6")]
    with Speaker(udp("127.78.3.6"), lambda d: replies):
        method = bench.run(WsdUnicast(), "127.78.3.6", profile=QUICK)
    assert len(bench.sightings) == 1
    assert "unreadable" in method.reason


def test_answers_are_merged_after_parsing(bench):
    second = match("127.78.3.7").replace(b"C210", b"C310")
    replies = [match("127.78.3.7"), match("127.78.3.7") + b"  \n", second]
    with Speaker(udp("127.78.3.7"), lambda d: replies):
        bench.run(WsdUnicast(), "127.78.3.7", profile=QUICK)
    assert len(bench.sightings) == 2
    assert [e.field for e in bench.sightings[1].evidence] == ["wsd.scope"]


def test_a_question_is_no_answer(bench):
    with Speaker(udp("127.78.3.8"), lambda d: [d]):
        method = bench.run(WsdUnicast(), "127.78.3.8", profile=QUICK)
    assert bench.sightings == []
    assert method.answered == 0


def test_a_fault_is_a_sighting(bench):
    fault = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code>'
        b"<s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>MatchingRuleNotSupported</s:Text>"
        b"</s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    with Speaker(udp("127.78.3.9"), lambda d: [fault]):
        bench.run(WsdUnicast(), "127.78.3.9", profile=QUICK)
    (sighting,) = bench.sightings
    assert sighting.evidence == ()


def test_an_answer_from_outside_the_scope_is_only_listed(bench):
    outside = udp("127.78.4.1", 0)
    inside = udp("127.78.3.10")

    class Relay(Speaker):
        def run(self):
            while not self.stopped.is_set():
                try:
                    _, peer = self.sock.recvfrom(65536)
                except TimeoutError:
                    continue
                outside.sendto(match("127.78.3.10"), peer)

    with contextlib.closing(outside), Relay(inside, lambda d: []):
        bench.run(WsdUnicast(), "127.78.3.10", profile=QUICK)
    (sighting,) = bench.sightings
    assert sighting.address == "127.78.4.1"
    assert not sighting.on_scope
    (skip,) = bench.skips
    assert skip.subject == "127.78.4.1"
    assert "never contacted" in skip.reason
    assert {contact.address for contact in bench.contacts} == {"127.78.3.10"}


def test_unicast_leaves_out_what_is_done(bench):
    async def go():
        asked = {("wsd probe NetworkVideoTransmitter", "127.78.3.1"), ("another", "127.78.3.2")}
        ctx = bench.context("127.78.3.0/29", profile=QUICK)
        ctx = dataclasses.replace(ctx, asked=lambda *pair: pair in asked)
        await WsdUnicast().run(ctx, bench.sightings.append)

    asyncio.run(go())
    assert len(bench.contacts) == 5
    assert "127.78.3.1" not in {contact.address for contact in bench.contacts}


def test_multicast_without_a_link_in_scope_is_skipped(bench):
    method = bench.run(WsdMulticast(), "127.78.3.0/29", profile=QUICK)
    assert method.status is MethodStatus.SKIPPED
    assert method.sent == 0
    assert bench.contacts == []


def test_a_scope_too_wide_to_ask_one_by_one(bench):
    async def go():
        return wide_scope_skips(bench.context("fd00::/64", "127.0.0.1"))

    (skip,) = asyncio.run(go())
    assert "fd00::" in skip.subject


def member(version):
    """A socket of the far namespace that hears the WS-Discovery group."""
    if version == 4:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("", 3702))
        request = socket.inet_aton("239.255.255.250") + socket.inet_aton("10.97.0.2")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    else:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(("::", 3702))
        index = socket.if_nametoindex("dev0")
        request = socket.inet_pton(socket.AF_INET6, "ff02::c") + struct.pack("@I", index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
    return sock


@pytest.mark.alone
@pytest.mark.root
def test_multicast_by_both_ip_versions(bench, wire):
    four = wire.inside(wire.far, lambda: member(4))
    six = wire.inside(wire.far, lambda: member(6))
    with (
        Speaker(four, lambda d: [match("10.97.0.2")]) as speaker4,
        Speaker(six, lambda d: [match("10.97.0.2")]) as speaker6,
    ):
        method = wire.inside(
            wire.near,
            lambda: bench.run(
                WsdMulticast(),
                "cam0",
                connected={"cam0": ["10.97.0.0/24", "fe80::/64"]},
                profile=QUICK,
            ),
        )
    assert method.sent == 24
    for speaker in (speaker4, speaker6):
        assert len(speaker.questions) == 12
        counts = Counter(speaker.questions)
        assert sorted(counts.values()) == [3, 3, 3, 3]  # a repeat is the same message
        assert [q.count(b"<d:Types>") for q in speaker.questions[:3]] == [1, 1, 0]
        assert speaker.times[-1] - speaker.times[0] < 0.6
    assert not set(speaker4.questions) & set(speaker6.questions)
    sources = {s.address for s in bench.sightings}
    assert "10.97.0.2" in sources
    assert any(a.startswith("fe80::") and a.endswith("%cam0") for a in sources)
    assert method.answered == 2
    assert bench.skips == []


@pytest.mark.root
def test_multicast_stays_in_where_the_subnet_is_not_wholly_in_scope(bench, wire):
    four = wire.inside(wire.far, lambda: member(4))
    with Speaker(four, lambda d: [match("10.97.0.2")]) as speaker:

        def both():
            bench.run(WsdMulticast(), "10.97.0.0/24", exclude=("10.97.0.9",), profile=QUICK)
            return bench.run(WsdUnicast(), "10.97.0.0/24", exclude=("10.97.0.9",), profile=QUICK)

        method = wire.inside(wire.near, both)
    assert method.sent == 253
    assert len(speaker.questions) == 1  # its own unicast, no group message
    assert {"10.97.0.2"} == {s.address for s in bench.sightings}
    assert any("not wholly in scope" in skip.reason for skip in bench.skips)
    assert "10.97.0.9" not in {contact.address for contact in bench.contacts}


@pytest.mark.root
def test_unicast_leaves_out_what_multicast_reaches(bench, wire):
    method = wire.inside(
        wire.near,
        lambda: bench.run(WsdUnicast(), "10.97.0.0/24", "127.78.3.0/29", profile=QUICK),
    )
    assert method.sent == 6
    assert all(contact.address.startswith("127.") for contact in bench.contacts)
