"""Frames by kind: who is the sender, and when its MAC is its own."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.protocols.mac import mac_fields
from camscan.sources.frame import FrameReader
from camscan.sources.heard import Heard, HeardBook

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in (Path(__file__).parents[1] / "protocols" / "data" / "samples.jsonl")
    .read_text()
    .splitlines()
    if (sample := json.loads(line))
}
SSDP = SAMPLES["ssdp-axis-m1014-msearch"]["data"].encode()
WSD = SAMPLES["wsd-631ga-no-types"]["data"].encode()
ALIVE = SAMPLES["ssdp-axis-m1014-byebye"]["data"].replace("byebye", "alive").encode()
MDNS = bytes.fromhex(SAMPLES["mdns-axis"]["data"])
CLASS = SAMPLES["dhcp60-1"]["data"].encode()
CAMERA, ROUTER = bytes.fromhex("accc8e000001"), bytes.fromhex("001daa000001")
PAGE = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 1\r\n\r\nx"


class Ear:
    def __init__(self, zone: str = "") -> None:
        self.items: list[Heard] = []
        self.book = HeardBook(self.items.append)
        self.reader = FrameReader(self.book, zone)

    def hear(self, *frames: bytes, linktype: int = 1) -> None:
        for frame in frames:
            self.reader.read((9.0, linktype, frame, 0, len(frame), len(frame)))

    def end(self) -> dict[str, list[tuple[str, str]]]:
        self.reader.finish()
        self.book.finish()
        said: dict[str, list[tuple[str, str]]] = {}
        for item in self.items:
            said.setdefault(item.address, []).extend(item.fields)
        return said

    def fields(self, address: str) -> list[str]:
        return [field for field, _ in self.end().get(address, [])]


@pytest.fixture
def ear() -> Ear:
    return Ear()


def datagram(wire, payload, *, source="10.0.0.7", to="10.0.0.9", ports=(1900, 50000), mac=CAMERA):
    packet = wire.ip(source, to, 17, wire.udp(*ports, payload))
    return wire.ethernet(packet, source=mac)


def answer(wire, payload, *, source="10.0.0.7", port=80, mac=CAMERA):
    packet = wire.ip(source, "10.0.0.9", 6, wire.tcp(port, 40000, 16, payload))
    return wire.ethernet(packet, source=mac)


def test_a_unicast_answer_gives_no_mac_for_it_may_be_routed(wire, ear: Ear) -> None:
    ear.hear(datagram(wire, SSDP, mac=ROUTER))
    assert set(ear.fields("10.0.0.7")) == {"ssdp.server", "ssdp.st", "ssdp.usn"}


def test_a_group_that_routers_may_forward_gives_none_either(wire, ear: Ear) -> None:
    ear.hear(datagram(wire, ALIVE, to="239.255.255.250", ports=(40000, 1900), mac=ROUTER))
    assert "mac.address" not in ear.fields("10.0.0.7")


@pytest.mark.parametrize("to", ["224.0.0.251", "255.255.255.255"])
def test_a_group_or_broadcast_of_the_link_gives_the_mac(wire, ear: Ear, to: str) -> None:
    ear.hear(datagram(wire, b"", to=to, ports=(5353, 9)))
    assert ear.end()["10.0.0.7"] == list(mac_fields(CAMERA.hex(":")))


def test_ipv6_groups_of_the_link(wire) -> None:
    ear = Ear("eth1")
    packet = wire.ip("fe80::7", "ff02::fb", 17, wire.udp(5353, 5353, MDNS))
    ear.hear(wire.ethernet(packet, source=CAMERA))
    assert ("mac.address", "ac:cc:8e:00:00:01") in ear.end()["fe80::7%eth1"]


def test_arp_says_who_has_an_address(wire, ear: Ear) -> None:
    ear.hear(wire.arp("10.0.0.7", CAMERA), datagram(wire, SSDP))
    said = ear.end()["10.0.0.7"]
    assert ("mac.address", "ac:cc:8e:00:00:01") in said
    assert "ssdp.st" in [field for field, _ in said]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame[:40],
        lambda frame: frame.replace(b"\x08\x00\x06\x04", b"\x08\x00\x08\x04"),
        lambda frame: frame.replace(bytes([10, 0, 0, 7]), bytes(4)),  # a probe, RFC 5227
        lambda frame: frame.replace(bytes([10, 0, 0, 7]), bytes([224, 0, 0, 1])),
        lambda frame: frame.replace(CAMERA, b"\xff" * 6),
        lambda frame: frame[:20] + b"\0\x09" + frame[22:],
    ],
)
def test_arp_that_says_nothing(wire, ear: Ear, change) -> None:
    ear.hear(change(wire.arp("10.0.0.7", CAMERA)))
    assert ear.end() == {}


def test_proxy_arp_gives_its_mac_to_nobody(wire, ear: Ear) -> None:
    ear.hear(*[wire.arp(f"10.0.0.{host}", ROUTER) for host in range(10, 30)])
    assert set(map(tuple, ear.end().values())) == {()}
    assert "a router, or proxy ARP" in ear.book.notes[0][1]


def dhcp_frame(
    wire, message, *, source="0.0.0.0", to="255.255.255.255", ports=(68, 67), mac=CAMERA
):
    return datagram(wire, message, source=source, to=to, ports=ports, mac=mac)


def discover(wire, kind=1, **more):
    options = ((53, bytes([kind])), (60, CLASS), (12, b"axis-accc8e000001"), (55, b"\1\3\6"))
    return wire.dhcp(options, mac=CAMERA, **more)


def test_a_dhcp_client_is_its_mac(wire, ear: Ear) -> None:
    ear.hear(dhcp_frame(wire, discover(wire)))
    assert ear.end() == {
        "ac:cc:8e:00:00:01": [
            ("dhcp.vendor_class", "AXIS,Network Camera,P3343,5.20.3"),
            ("dhcp.hostname", "axis-accc8e000001"),
            ("dhcp.options", "1,3,6"),
            *mac_fields(CAMERA.hex(":")),
        ]
    }


def test_an_ack_gives_the_client_its_address(wire, ear: Ear) -> None:
    ack = wire.dhcp(((53, b"\x05"),), mac=CAMERA, reply=True, given="10.0.0.7")
    ear.hear(
        dhcp_frame(wire, discover(wire)),
        dhcp_frame(wire, ack, source="10.0.0.1", ports=(67, 68), mac=ROUTER),
    )
    said = ear.end()
    assert ("dhcp.hostname", "axis-accc8e000001") in said["10.0.0.7"]
    assert ("mac.address", "ac:cc:8e:00:00:01") in said["10.0.0.7"]
    assert "ac:cc:8e:00:00:01" not in said


def test_an_offer_gives_it_nothing(wire, ear: Ear) -> None:
    offer = wire.dhcp(((53, b"\x02"),), mac=CAMERA, reply=True, given="10.0.0.7")
    ear.hear(
        dhcp_frame(wire, discover(wire)),
        dhcp_frame(wire, offer, source="10.0.0.1", ports=(67, 68), mac=ROUTER),
    )
    # The server is heard too, for it broadcasts.
    assert set(ear.end()) == {"10.0.0.1", "ac:cc:8e:00:00:01"}


def test_a_renewal_says_the_address_by_itself(wire, ear: Ear) -> None:
    renewal = discover(wire, kind=3, own="10.0.0.7")
    ear.hear(dhcp_frame(wire, renewal, source="10.0.0.7", to="10.0.0.1"))
    assert "dhcp.vendor_class" in ear.fields("10.0.0.7")


def test_a_relay_is_not_its_client(wire, ear: Ear) -> None:
    relayed = discover(wire)
    ear.hear(
        dhcp_frame(wire, relayed, source="10.0.0.1", to="10.9.0.1", ports=(67, 67), mac=ROUTER)
    )
    assert list(ear.end()) == ["ac:cc:8e:00:00:01"]


def lldp_frame(wire, mac=CAMERA):
    body = wire.lldp(
        (1, b"\x04" + mac), (2, b"\x05eth0"), (3, b"\0\x78"), (6, b"Acme camera"), (5, b"door")
    )
    return b"\x01\x80\xc2\0\0\x0e" + mac + b"\x88\xcc" + body


def cdp_frame(mac=CAMERA):
    body = b"\x02\xb4\0\0" + struct.pack(">HH", 6, 11) + b"AC-1234"
    inside = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + body
    head = b"\x01\x00\x0c\xcc\xcc\xcc" + mac + struct.pack(">H", len(inside))
    return (head + inside).ljust(60, b"\0")


def test_neighbour_protocols_by_mac(wire, ear: Ear) -> None:
    ear.hear(lldp_frame(wire), cdp_frame())
    said = ear.end()["ac:cc:8e:00:00:01"]
    assert ("lldp.sysdescr", "Acme camera") in said
    assert ("cdp.platform", "AC-1234") in said
    assert said.count(("mac.address", "ac:cc:8e:00:00:01")) == 1


def test_arp_tells_whose_lldp_it_was(wire, ear: Ear) -> None:
    ear.hear(lldp_frame(wire), wire.arp("10.0.0.7", CAMERA))
    assert ("lldp.sysdescr", "Acme camera") in ear.end()["10.0.0.7"]


def test_lldp_behind_a_vlan_tag(wire, ear: Ear) -> None:
    frame = lldp_frame(wire)
    ear.hear(frame[:12] + b"\x81\x00\x00\x07" + frame[12:])
    assert "lldp.sysdescr" in ear.fields("ac:cc:8e:00:00:01")


def test_servers_over_tcp(wire, ear: Ear) -> None:
    ear.hear(answer(wire, PAGE), answer(wire, b"RTSP/1.0 200 OK\r\nServer: x\r\n\r\n", port=554))
    assert {(item.protocol, item.port, item.transport) for item in ear.items} == {
        ("http", 80, "tcp"),
        ("rtsp", 554, "tcp"),
    }


def test_tcp_over_ipv6_and_other_link_types(wire, ear: Ear) -> None:
    six = wire.ip("fd00::7", "fd00::9", 6, wire.tcp(80, 40000, 16, PAGE))
    ear.hear(wire.ethernet(six, source=CAMERA))
    four = wire.ip("10.0.0.8", "10.0.0.9", 6, wire.tcp(80, 40001, 16, PAGE))
    ear.hear(four, linktype=101)
    assert {item.address for item in ear.items} == {"fd00::7", "10.0.0.8"}


def test_padding_of_short_frames_is_no_payload(wire, ear: Ear) -> None:
    packet = wire.ip("10.0.0.7", "10.0.0.9", 6, wire.tcp(80, 40000, 16))
    ear.hear(wire.ethernet(packet) + PAGE)
    assert ear.end() == {}


def test_web_sites_of_the_world_are_no_devices(wire, ear: Ear) -> None:
    ear.hear(answer(wire, PAGE, source="8.8.8.8", mac=ROUTER))
    assert ear.items == []
    (skip,) = ear.reader.skips("f")
    assert skip.what == "answers of public addresses"


def test_a_public_address_on_the_link_is_one(wire, ear: Ear) -> None:
    ear.hear(wire.arp("8.8.8.8", CAMERA), answer(wire, PAGE, source="8.8.8.8"))
    assert "http.server" in ear.fields("8.8.8.8")


def test_a_datagram_in_fragments(wire, ear: Ear) -> None:
    body = wire.udp(3702, 50000, WSD + b" " * 3000)
    parts = [body[at : at + 1480] for at in range(0, len(body), 1480)]
    for number, part in reversed(list(enumerate(parts))):
        more = 0x2000 if number + 1 < len(parts) else 0
        packet = wire.ip("10.0.0.7", "10.0.0.9", 17, part, fragment=more | number * 185)
        ear.hear(wire.ethernet(packet))
    assert "wsd.endpoint" in ear.fields("10.0.0.7")


@pytest.mark.parametrize("source", ["0.0.0.0", "224.0.0.1", "255.255.255.255"])
def test_senders_that_cannot_be(wire, ear: Ear, source: str) -> None:
    ear.hear(datagram(wire, SSDP, source=source))
    assert ear.end() == {}


def test_what_could_not_be_read_is_counted(wire, ear: Ear) -> None:
    ear.hear(
        datagram(wire, b"rubbish"),
        datagram(wire, b"rubbish"),
        dhcp_frame(wire, b"rubbish"),
        b"\x01\x80\xc2\0\0\x0e" + CAMERA + b"\x88\xcc" + b"\xff" * 40,
    )
    assert {(skip.what, skip.reason) for skip in ear.reader.skips("f")} == {
        ("ssdp datagrams", "2 could not be read"),
        ("dhcp datagrams", "1 could not be read"),
        ("lldp datagrams", "1 could not be read"),
    }
    assert ear.end() == {}


def test_link_types_that_are_not_read_are_named(ear: Ear) -> None:
    ear.hear(bytes(60), bytes(60), linktype=127)
    (skip,) = ear.reader.skips("f")
    assert skip.reason == "2 have link type 127, which is not read"


def test_a_reflector_is_named(wire, ear: Ear) -> None:
    ear.hear(datagram(wire, MDNS, to="10.0.0.9", ports=(5353, 5353)))
    (skip,) = ear.reader.skips("f")
    assert "10.0.0.7 repeats the records of other hosts" in skip.reason


@given(st.binary(max_size=200), st.sampled_from([0, 1, 101, 113, 276, 9999]))
def test_fuzz_frames_never_raise(data: bytes, linktype: int) -> None:
    ear = Ear()
    for head in (
        b"",
        bytes(12) + b"\x08\x00\x45",
        bytes(12) + b"\x88\xcc",
        bytes(12) + b"\x08\x06",
    ):
        ear.hear(head + data, linktype=linktype)
    ear.end()
    ear.reader.skips("f")


@given(st.binary(max_size=120), st.sampled_from([17, 6, 58]), st.booleans())
def test_fuzz_packets_never_raise(body: bytes, protocol: int, six: bool) -> None:
    if six:
        head = struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + bytes(31) + b"\1"
    else:
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0)
        head += bytes([10, 0, 0, 7, 224, 0, 0, 251])
    ear = Ear()
    ear.hear(bytes(6) + CAMERA + (b"\x86\xdd" if six else b"\x08\x00") + head + body)
    ear.end()


def dhcpv6_frame(
    wire, message, *, source="fe80::aecc:8eff:fe00:1", to="ff02::1:2", ports=(546, 547)
):
    return datagram(wire, message, source=source, to=to, ports=ports, mac=CAMERA)


def test_a_dhcpv6_client_is_its_link_local_address(wire, ear: Ear) -> None:
    duid = b"\0\3\0\1" + CAMERA
    message = b"\1abc" + b"\0\1\0\x0a" + duid + b"\0\x27\0\x08\0\6camera"
    ear.hear(
        dhcpv6_frame(wire, message),
        dhcpv6_frame(wire, b"\7" + message[1:], source="fe80::1", ports=(547, 546)),
        dhcpv6_frame(wire, b"\x0c" + bytes(33), source="fd00::1", to="fd00::5"),  # a relay
    )
    said = ear.end()
    assert said["fe80::aecc:8eff:fe00:1"][:2] == [
        ("dhcp.hostname", "camera"),
        ("mac.address", CAMERA.hex(":")),
    ]
    assert not any(field.startswith("dhcp.") for field, _ in said.get("fe80::1", ()))
    assert "fd00::1" not in said


def test_a_damaged_dhcpv6_message_is_counted(wire, ear: Ear) -> None:
    ear.hear(dhcpv6_frame(wire, b"\0"))
    assert any(skip.what == "dhcp datagrams" for skip in ear.reader.skips("x"))
