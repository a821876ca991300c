from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from typing import Any

from msgspec.structs import replace

from camscan.discovery.host_feed import HostFeed
from camscan.discovery.reolink import ReolinkDoor
from camscan.discovery.sadp import SadpUnicast
from camscan.discovery.ubnt import UbntUnicast
from camscan.discovery.wsd import WsdUnicast
from camscan.model.coverage import MethodStatus
from camscan.net.profile import PROFILES
from camscan.protocols.query import SADP_PORT

ANSWER = (
    b'<?xml version="1.0" encoding="UTF-8"?><ProbeMatch><Types>inquiry</Types>'
    b"<DeviceDescription>DS-2CD2385G1-I</DeviceDescription><MAC>58-50-ed-1f-e3-85</MAC></ProbeMatch>"
)
QUICK = replace(PROFILES["thorough"], ask_seconds=0.2, listen_seconds=0.2)


def run(bench: Any, kind: Any, *targets: str, hosts: tuple[str, ...] = (), **more: Any) -> Any:
    async def go() -> Any:
        feed = HostFeed(sources=1)
        for host in hosts:
            feed.add(host)
        ctx = bench.context(*targets, profile=QUICK)
        ctx = dataclasses.replace(ctx, hosts=feed, **more)
        return await kind().run(ctx, bench.sightings.append)

    return asyncio.run(go())


def test_hosts_are_asked_once_and_silent_addresses_not(bench: Any) -> None:
    method = run(bench, UbntUnicast, "127.78.11.0/28", hosts=("127.78.11.3", "127.78.11.4"))
    assert method.sent == 2
    assert [(c.address, c.query) for c in bench.contacts] == [
        ("127.78.11.3", "ubnt v1"),
        ("127.78.11.4", "ubnt v1"),
    ]


def test_no_host_no_packet(bench: Any) -> None:
    method = run(bench, UbntUnicast, "127.78.11.0/28")
    assert (method.status, method.sent) == (MethodStatus.SKIPPED, 0)
    assert "no host" in method.reason


def test_a_sweep_and_its_hosts_run_beside_each_other(bench: Any) -> None:
    told: list[tuple[str, str]] = []
    method = run(
        bench, WsdUnicast, "127.78.11.0/29", hosts=("127.78.11.3",),
        on_asked=lambda name, address: told.append((name, address)),
    )  # fmt: skip
    assert method.sent == 8
    queries = [contact.query for contact in bench.contacts]
    # Six addresses, and the silent host once more.
    assert queries.count("wsd probe NetworkVideoTransmitter") == 7
    assert queries.count("wsd probe Device") == 1
    assert sorted(told)[0] == ("wsd-unicast", "127.78.11.1")


def test_what_was_asked_before_is_not_asked_again(bench: Any) -> None:
    asked = {("sadp inquiry", f"127.78.11.{n}") for n in (1, 2, 3)}
    run(bench, SadpUnicast, "127.78.11.0/29", asked=lambda *pair: pair in asked)
    assert [c.address[-1] for c in bench.contacts] == ["4", "5", "6"]
    before = len(bench.contacts)
    asked = {("reolink C2D_S", "127.78.11.3")}
    run(
        bench, ReolinkDoor, "127.78.11.0/29", hosts=("127.78.11.3",),
        asked=lambda *pair: pair in asked,
    )  # fmt: skip
    assert [c.query for c in bench.contacts[before:]] == ["reolink C2D_S 2018"]


def test_a_host_that_was_silent_is_asked_once_more(bench: Any) -> None:
    """The first question is lost on its way; the second is answered."""
    asked: list[bytes] = []

    class LosesTheFirst(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            asked.append(data)
            if len(asked) == 2:
                self.transport.sendto(ANSWER, addr)

    async def go() -> Any:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            LosesTheFirst, local_addr=("127.78.11.3", SADP_PORT)
        )
        feed = HostFeed(sources=1)
        for host in ("127.78.11.3", "127.78.11.4"):
            feed.add(host)
        ctx = dataclasses.replace(bench.context("127.78.11.0/29", profile=QUICK), hosts=feed)
        try:
            return await SadpUnicast().run(ctx, bench.sightings.append)
        finally:
            transport.close()

    method = asyncio.run(go())
    assert len(asked) == 2
    assert method.answered == 1
    assert Counter(contact.address[-1] for contact in bench.contacts) == {
        "1": 1, "2": 1, "3": 2, "4": 2, "5": 1, "6": 1,
    }  # fmt: skip


def test_a_host_found_late_is_asked_before_the_end(bench: Any) -> None:
    async def go() -> Any:
        feed = HostFeed(sources=2)
        ctx = dataclasses.replace(bench.context("127.78.11.0/28", profile=QUICK), hosts=feed)
        running = asyncio.create_task(UbntUnicast().run(ctx, bench.sightings.append))
        await asyncio.sleep(0.05)
        assert not running.done()
        feed.add("127.78.11.9")
        feed.source_ended()  # the sweep; the inquiry itself was the other source
        return await asyncio.wait_for(running, 3)

    assert asyncio.run(go()).sent == 1


def test_a_silent_host_is_asked_again_while_others_are_still_looked_for(bench: Any) -> None:
    """And who is found after the sweep's answers have had their time is asked again at once."""

    def to(address: str) -> int:
        return sum(contact.address == address for contact in bench.contacts)

    async def until(address: str, count: int) -> None:
        async with asyncio.timeout(3):
            while to(address) < count:
                await asyncio.sleep(0.01)

    async def go() -> float:
        told: list[str] = []
        feed = HostFeed(sources=2)
        feed.add("127.78.11.3")
        ctx = dataclasses.replace(
            bench.context("127.78.11.0/29", profile=QUICK),
            hosts=feed,
            on_asked=lambda _method, address: told.append(address),
        )
        running = asyncio.create_task(SadpUnicast().run(ctx, bench.sightings.append))
        await until("127.78.11.3", 2)
        feed.add("127.78.11.4")
        await until("127.78.11.4", 2)
        assert not running.done()
        await asyncio.sleep(2 * QUICK.listen_seconds)  # the answers to that have had their time
        feed.source_ended()
        began = asyncio.get_running_loop().time()
        await asyncio.wait_for(running, 3)
        assert [told.count(f"127.78.11.{n}") for n in (3, 4, 5)] == [2, 2, 1]
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(go()) < QUICK.listen_seconds
