from __future__ import annotations

import asyncio
import os
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from camscan.model.contact import Contact
from camscan.model.contact_round import RoundBegan, RoundEnded, expand
from camscan.net import udp_batch
from camscan.net.address import ipv4_value
from camscan.net.interface import IfAddress, Interface
from camscan.net.neighbourhood import Neighbourhood
from camscan.net.profile import PROFILES
from camscan.net.udp import UdpSender
from camscan.net.udp_sweep import Sweep
from camscan.protocols.query import dhip_search_unicast
from camscan.scope import Scope, Span, SpanSet, build_scope

NET = f"127.{90 + os.getpid() % 150}.{os.getpid() // 150 % 256}"
ETH0 = Interface(name="eth0", index=9, addresses=(IfAddress("10.1.2.3", 24),))
BIG = Interface(name="eth1", index=8, addresses=(IfAddress("10.2.0.1", 16),))
LO = Interface(
    name="lo", index=1, addresses=(IfAddress("127.0.0.1", 8),), loopback=True, reason="loopback"
)
FAST = PROFILES["thorough"].with_rate(100_000)


def numbers(addresses: list[str]) -> list[int | None]:
    return list(map(ipv4_value, addresses))


def both(addresses: list[str]) -> tuple[list[str], list[int | None]]:
    return addresses, numbers(addresses)


def sweep(*links: Interface, profile=FAST) -> Sweep:
    return Sweep(links, profile, Neighbourhood(links))


def test_every_address_is_in_one_group_and_in_order() -> None:
    addresses = list(build_scope(["10.1.2.0/24", "10.1.3.0/24", "fd00::/120"]).addresses())
    groups = list(sweep(ETH0).groups(addresses, numbers(addresses), batched=True))
    assert [a for group in groups for a in group.addresses] == addresses
    assert {len(group.values) for group in groups if ":" in group.addresses[0]} == {0}
    near = [a for group in groups if group.on_link for a in group.addresses]
    assert near == addresses[:254]
    assert not any(group.limited for group in groups), "a /24 leaves room in the table"


def test_a_group_is_what_the_rate_sends_in_a_moment() -> None:
    addresses = [f"10.9.0.{n}" for n in range(200)]
    sizes = {len(g.values) for g in sweep(ETH0).groups(addresses, numbers(addresses), batched=True)}
    assert max(sizes) == 200  # 250 leave in 2.5 ms
    normal = sweep(ETH0, profile=PROFILES["normal"])
    assert {len(g.values) for g in normal.groups(addresses, numbers(addresses), batched=True)} == {
        1
    }


def test_a_large_subnet_on_the_link_is_limited() -> None:
    groups = list(sweep(BIG, LO).groups(*both(["10.2.0.9", "127.0.0.9", "10.3.0.9"]), batched=True))
    assert [(g.on_link, g.limited) for g in groups] == [(True, True), (True, False), (False, False)]


def test_without_batches_every_address_is_alone() -> None:
    groups = list(sweep(ETH0).groups(*both(["10.1.2.4", "10.1.2.5"]), batched=False))
    assert [(list(g.addresses), list(g.values)) for g in groups] == [
        (["10.1.2.4"], []),
        (["10.1.2.5"], []),
    ]


@given(st.integers(0, 2**32 - 1))
def test_permits_of_integers_says_what_permits_says(value: int) -> None:
    from ipaddress import IPv4Address

    everything = SpanSet.of([Span(0, 0x8000_0000), Span(0xC000_0000, 2**32 - 1)])
    scope = Scope(v4=everything.minus(SpanSet.of([Span(0x0A00_0000, 0x0A7F_FFFF)])))
    assert scope.permits_ipv4(value) == scope.permits(str(IPv4Address(value)))


def test_scope_is_asked_when_the_group_leaves() -> None:
    work = sweep(ETH0)
    (group,) = work.groups(*both(["10.9.0.1", "10.9.0.2"]), batched=True)
    narrow = build_scope(["10.9.0.2"])
    left = work.permitted(group, narrow)
    assert (left.numbers, left.addresses, left.packed) == ([1], ["10.9.0.2"], [b"\x0a\x09\0\2"])
    assert work.permitted(group, Scope()).numbers == []


class Ears(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.append(data)


@pytest.mark.parametrize("batched", [True, False])
def test_a_sweep_asks_each_once_and_tells_of_each(
    batched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if batched and not udp_batch.available():
        pytest.skip("this system has no sendmmsg")
    monkeypatch.setattr(udp_batch, "available", lambda: batched)
    contacts: list[Contact] = []
    asked: list[str] = []
    targets = [f"{NET}.0/24"]
    scope = build_scope(targets, [f"{NET}.77"])

    async def run() -> tuple[list[bytes], int]:
        loop = asyncio.get_running_loop()
        transport, ears = await loop.create_datagram_endpoint(Ears, local_addr=(f"{NET}.9", 37810))
        sender = UdpSender(scope, profile=FAST, links=(LO,), on_contact=contacts.append)
        async with sender as udp:
            query = dhip_search_unicast()
            everything = build_scope(targets).addresses()  # the sender itself leaves out .77
            await udp.sweep(query, everything, on_asked=asked.append)
            await asyncio.sleep(0.05)
            transport.close()
            return ears.heard, udp.sent

    heard, sent = asyncio.run(run())
    assert heard == [dhip_search_unicast().payload]
    addresses = [contact.address for contact in contacts]
    assert addresses == list(scope.addresses())
    assert len(addresses) == sent == 253
    assert {(c.port, c.transport, c.query) for c in contacts} == {
        (37810, "udp", "dhip search uni 1")
    }
    assert len(asked) == 254


@pytest.mark.parametrize("batched", [True, False])
def test_two_records_a_round_in_place_of_one_for_each(
    batched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if batched and not udp_batch.available():
        pytest.skip("this system has no sendmmsg")
    monkeypatch.setattr(udp_batch, "available", lambda: batched)
    contacts: list[Contact] = []
    told: list[RoundBegan | RoundEnded] = []
    scope = build_scope([f"{NET}.0/24"], [f"{NET}.77"])
    profile = replace(PROFILES["thorough"], routed_udp_pps=100)

    async def run() -> None:
        sender = UdpSender(
            scope, profile=profile, links=(LO,), on_contact=contacts.append, on_round=told.append
        )
        async with sender as udp:
            everything = build_scope([f"{NET}.0/24"]).addresses()
            await udp.sweep(dhip_search_unicast(), everything)
            await udp.send(dhip_search_unicast(), f"{NET}.8")

    asyncio.run(run())
    assert [contact.address for contact in contacts] == [f"{NET}.8"], "that was no sweep"
    assert [type(one) for one in told] == [RoundBegan, RoundEnded] * 3, "a second each"
    assert told[0].addresses == (f"{NET}.1-{NET}.100",)
    made = list(expand(told))
    assert [contact.address for contact in made] == list(scope.addresses())
    assert {(c.port, c.transport, c.query) for c in made} == {(37810, "udp", "dhip search uni 1")}
    assert all(a.at <= b.at for a, b in pairwise(made))


def test_a_sweep_that_is_cancelled_says_how_far_it_came() -> None:
    told: list[RoundBegan | RoundEnded] = []

    async def run() -> int:
        profile = PROFILES["thorough"].with_rate(100)
        async with UdpSender(
            build_scope([f"{NET}.0/24"]), profile=profile, links=(LO,), on_round=told.append
        ) as udp:
            addresses = build_scope([f"{NET}.0/24"]).addresses()
            sweep = asyncio.create_task(udp.sweep(dhip_search_unicast(), addresses))
            while udp.sent < 5:
                await asyncio.sleep(0.01)
            sweep.cancel()
            await asyncio.gather(sweep, return_exceptions=True)
            return udp.sent

    sent = asyncio.run(run())
    assert len(told) == 2
    assert len(list(expand(told))) == sent < 20


def test_a_sweep_holds_its_rate_and_reads_answers_meanwhile() -> None:
    profile = PROFILES["thorough"].with_rate(4000)

    class Device(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.transport.sendto(b"here", addr)

    async def run() -> tuple[float, int, str]:
        loop = asyncio.get_running_loop()
        device, _ = await loop.create_datagram_endpoint(Device, local_addr=(f"{NET}.1", 37810))
        async with UdpSender(build_scope([f"{NET}.0/24"]), profile=profile, links=(LO,)) as udp:
            begin = time.monotonic()
            asked = asyncio.create_task(
                udp.sweep(dhip_search_unicast(), [f"{NET}.{n % 254 + 1}" for n in range(2000)])
            )
            answer = await udp.receive(5)
            early = not asked.done()
            await asked
            seconds = time.monotonic() - begin
            device.close()
            assert answer is not None
            return seconds, early, answer.address

    seconds, early, address = asyncio.run(run())
    assert early
    assert address == f"{NET}.1"
    assert seconds >= 2000 / 4000 - 0.02
