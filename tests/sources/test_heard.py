from __future__ import annotations

import pytest

from camscan.protocols.mac import mac_fields
from camscan.sources import heard
from camscan.sources.heard import Heard, HeardBook

CAMERA = bytes.fromhex("accc8e000001")
OTHER = bytes.fromhex("c42f90000002")


class Listener:
    def __init__(self) -> None:
        self.items: list[Heard] = []
        self.book = HeardBook(self.items.append)

    def said(self, address: str) -> list[tuple[str, str]]:
        return [pair for item in self.items if item.address == address for pair in item.fields]


@pytest.fixture
def one() -> Listener:
    return Listener()


def test_each_fact_is_told_once_and_the_first_word_even_without_any(one: Listener) -> None:
    one.book.say("10.0.0.1", "arp", 1.0, transport="link")
    one.book.say("10.0.0.1", "arp", 2.0, transport="link")
    one.book.say("10.0.0.1", "ssdp", 3.0, (("ssdp.st", "a"), ("ssdp.st", "a")), port=1900)
    one.book.say("10.0.0.1", "ssdp", 4.0, (("ssdp.st", "a"), ("ssdp.st", "b")), port=1900)
    assert [(item.protocol, item.at, item.fields) for item in one.items] == [
        ("arp", 1.0, ()),
        ("ssdp", 3.0, (("ssdp.st", "a"),)),
        ("ssdp", 4.0, (("ssdp.st", "b"),)),
    ]


def test_a_mac_is_given_to_its_addresses_at_the_end(one: Listener) -> None:
    one.book.bind(CAMERA, "10.0.0.1", 1.0)
    one.book.bind(CAMERA, "fe80::1", 1.0)
    assert one.items == []
    one.book.finish()
    for address in ("10.0.0.1", "fe80::1"):
        assert one.said(address) == [("mac.address", "ac:cc:8e:00:00:01"), ("mac.oui", "ac:cc:8e")]


def test_a_mac_with_many_addresses_is_a_router_and_names_nobody(one: Listener) -> None:
    for host in range(4):
        one.book.bind(CAMERA, f"10.0.0.{host}", 1.0)
    one.book.finish()
    assert one.items == []
    assert "more than 3" in one.book.notes[0][1]


def test_three_addresses_and_many_of_ipv6_are_still_one_host(one: Listener) -> None:
    for host in range(3):
        one.book.bind(CAMERA, f"10.0.0.{host}", 1.0)
        one.book.bind(CAMERA, f"2001:db8::{host}", 1.0)
    one.book.finish()
    assert len({item.address for item in one.items}) == 6


def test_an_address_that_two_claim_gets_neither(one: Listener) -> None:
    one.book.bind(CAMERA, "10.0.0.1", 1.0)
    one.book.bind(OTHER, "10.0.0.1", 2.0)
    one.book.finish()
    assert one.said("10.0.0.1") == []
    assert "neither is used" in one.book.notes[0][1]


@pytest.mark.parametrize("mac", [b"\xff" * 6, bytes(6), b"\x01\x00\x5e\0\0\x01", b"\xac\xcc"])
def test_groups_and_rubbish_are_no_device(one: Listener, mac: bytes) -> None:
    one.book.bind(mac, "10.0.0.1", 1.0)
    one.book.client(mac, "dhcp", 1.0, (("dhcp.hostname", "x"),))
    one.book.lease(mac, "10.0.0.1", 1.0)
    assert not one.book.is_bound("10.0.0.1")
    one.book.finish()
    assert one.items == []


def test_a_client_without_an_address_is_known_by_its_mac(one: Listener) -> None:
    one.book.client(CAMERA, "dhcp", 1.0, (("dhcp.hostname", "x"),), port=67, transport="udp")
    one.book.finish()
    (item,) = one.items
    assert item.address == "ac:cc:8e:00:00:01"
    assert item.fields == (("dhcp.hostname", "x"), *mac_fields(CAMERA.hex(":")))


def test_a_lease_or_arp_gives_a_client_its_address(one: Listener) -> None:
    one.book.client(CAMERA, "dhcp", 1.0, (("dhcp.hostname", "x"),))
    one.book.client(OTHER, "lldp", 1.0, (("lldp.sysdescr", "y"),))
    one.book.lease(CAMERA, "10.0.0.8", 1.0)
    one.book.lease(CAMERA, "10.0.0.9", 2.0)
    one.book.bind(OTHER, "10.0.0.2", 2.0)
    one.book.finish()
    assert ("dhcp.hostname", "x") in one.said("10.0.0.9")
    assert ("dhcp.hostname", "x") not in one.said("10.0.0.8")
    assert one.said("10.0.0.2") == [("lldp.sysdescr", "y"), *mac_fields(OTHER.hex(":"))]


def test_memory_is_bounded(one: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_MOST_TARGETS", 3)
    monkeypatch.setattr(heard, "_MOST_FIELDS", 2)
    for host in range(5):
        one.book.say(f"10.0.0.{host}", "ssdp", 1.0, (("ssdp.st", "a"),))
        one.book.bind(bytes([0, 1, 2, 3, 4, host]), f"10.0.1.{host}", 1.0)
        one.book.client(bytes([0, 1, 2, 3, 4, host]), "dhcp", 1.0, (("a.b", "c"),) * 3)
    one.book.say("10.0.0.0", "ssdp", 1.0, tuple(("ssdp.st", str(n)) for n in range(9)))
    assert len({item.address for item in one.items}) == 3
    assert len(one.said("10.0.0.0")) == 2
    one.book.finish()
    assert "no room" in one.book.notes[-1][1]


def test_the_text_of_all_facts_is_bounded(one: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_MOST_BYTES", 10_000)
    for number in range(20):
        one.book.say("10.0.0.1", "http", 1.0, (("http.body", f"{number}" + "x" * 1000),))
    assert 5 < len(one.said("10.0.0.1")) < 9


def test_where_a_description_lies_is_told_once(one: Listener) -> None:
    for at, url in ((1.0, "http://10.0.0.1/a"), (2.0, "http://10.0.0.1/a"), (3.0, "http://b/c")):
        one.book.say("10.0.0.1", "ssdp", at, (("ssdp.st", "a"),), port=1900, location=url)
    assert [(item.at, item.fields, item.location) for item in one.items] == [
        (1.0, (("ssdp.st", "a"),), "http://10.0.0.1/a"),
        (3.0, (), "http://b/c"),
    ]
