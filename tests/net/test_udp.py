from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.errors import LocalFaultError
from camscan.model.contact import Contact
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net import udp
from camscan.net.datagram import FROM_ONE_SENDER, Datagram
from camscan.net.interface import IfAddress, Interface
from camscan.net.pace import Pace
from camscan.net.profile import PROFILES, Profile
from camscan.net.udp import UdpSender
from camscan.net.udp_endpoint import Endpoint
from camscan.protocols import query as queries
from camscan.protocols.query import Query, is_permitted, wsd_probe_nvt
from camscan.scope import Scope, build_scope

WSD_PROBES = (
    queries.wsd_probe_nvt(),
    queries.wsd_probe_device(),
    queries.wsd_probe_untyped(),
    queries.wsd_probe_dpws(),
)

# A loopback subnet of this process: two test runs beside each other must not share port 3702.
NET = f"127.{90 + os.getpid() % 150}.{os.getpid() // 150 % 256}"

LOOPBACK = Interface(
    name="lo",
    index=1,
    addresses=(IfAddress(f"{NET}.1", 8),),
    loopback=True,
    multicast=False,
    reason="loopback",
)
FAST = PROFILES["thorough"]


def make_sender(
    *,
    targets: tuple[str, ...] = (f"{NET}.0/24",),
    scope: Scope | None = None,
    profile: Profile = FAST,
    contacts: list[Contact] | None = None,
) -> UdpSender:
    return UdpSender(
        scope if scope is not None else build_scope(targets),
        profile=profile,
        links=(LOOPBACK,),
        on_contact=None if contacts is None else contacts.append,
    )


class Camera(asyncio.DatagramProtocol):
    """Answers each query on the WS-Discovery port with `answers`."""

    def __init__(self, answers: tuple[bytes, ...]) -> None:
        self.answers = answers
        self.asked: list[bytes] = []
        self.askers: list[Any] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.asked.append(data)
        self.askers.append(addr)
        for answer in self.answers:
            self.transport.sendto(answer, addr)


@contextlib.asynccontextmanager
async def camera(
    *answers: bytes, address: str = f"{NET}.5", port: int = queries.WSD_PORT
) -> AsyncIterator[Camera]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Camera(answers), local_addr=(address, port)
    )
    try:
        yield protocol
    finally:
        transport.close()
        await asyncio.sleep(0)


async def gather(sender: UdpSender, seconds: float = 0.3) -> list[Datagram]:
    return [d async for d in sender.listen(seconds)]


def test_a_unicast_query_and_its_answer() -> None:
    contacts: list[Contact] = []

    async def run() -> tuple[Status, list[Datagram], Camera, Query]:
        async with camera(b"<answer/>") as device, make_sender(contacts=contacts) as sender:
            query = wsd_probe_nvt()
            status = await sender.send(query, f"{NET}.5")
            return status, await gather(sender), device, query

    status, (answer,), device, query = asyncio.run(run())
    assert status is Status.OK
    assert device.asked == [query.payload]
    assert (answer.data, answer.address, answer.port) == (b"<answer/>", f"{NET}.5", 3702)
    assert answer.interface == "lo"
    assert answer.local_port == device.askers[0][1]
    assert answer.in_scope
    assert [(c.address, c.port, c.transport, c.query) for c in contacts] == [
        (f"{NET}.5", 3702, "udp", query.name)
    ]


@pytest.mark.parametrize(
    "address",
    ["127.77.1.5", "8.8.8.8", "10.0.0.255", "239.255.255.250", "255.255.255.255", "::1", "name"],
)
def test_nothing_leaves_for_an_address_out_of_scope(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts: list[Contact] = []

    def refuse(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a socket was made")

    async def run() -> Status:
        monkeypatch.setattr(udp, "any_socket", refuse)
        async with make_sender(contacts=contacts) as sender:
            return await sender.send(wsd_probe_nvt(), address)

    assert asyncio.run(run()) is Status.OUT_OF_SCOPE
    assert contacts == []


def test_an_empty_scope_permits_nothing() -> None:
    async def run() -> Status:
        async with make_sender(scope=Scope()) as sender:
            return await sender.send(wsd_probe_nvt(), f"{NET}.5")

    assert asyncio.run(run()) is Status.OUT_OF_SCOPE


def test_scope_is_checked_again_at_the_last_moment() -> None:
    async def run() -> tuple[Status, int]:
        async with make_sender() as sender, camera() as device:

            async def narrow(**_: object) -> None:
                sender.scope = build_scope([f"{NET}.9"])

            sender._paces.datagram = narrow  # type: ignore[method-assign]
            status = await sender.send(wsd_probe_nvt(), f"{NET}.5")
            await asyncio.sleep(0.05)
            return status, len(device.asked)

    assert asyncio.run(run()) == (Status.OUT_OF_SCOPE, 0)


def test_bytes_that_are_not_on_the_list_never_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a forged Query object is refused by the sender itself."""

    async def run() -> int:
        async with camera() as device, make_sender() as sender:
            with monkeypatch.context() as forged:
                forged.setattr(queries, "is_permitted", lambda payload, port: True)
                query = Query(name="reset", port=3702, payload=b"<reset/>")
            with pytest.raises(LocalFaultError, match="permitted queries"):
                await sender.send(query, f"{NET}.5")
            await asyncio.sleep(0.05)
            return len(device.asked)

    assert asyncio.run(run()) == 0


def test_one_bad_datagram_does_not_end_the_listening() -> None:
    async def run() -> list[Datagram]:
        junk = (b"\x00", b"\x00\xff" * 30, b"x" * 60000)
        async with camera(*junk, b"good") as device, make_sender() as sender:
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            await sender.send(wsd_probe_nvt(), f"{NET}.6")  # nobody there: ICMP comes back
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            assert device is not None
            return await gather(sender)

    answers = asyncio.run(run())
    assert [len(d.data) for d in answers] == [1, 60, 60000, 4] * 2


def test_an_answer_from_outside_the_scope_is_flagged() -> None:
    async def run() -> list[Datagram]:
        async with (
            camera(b"in") as device,
            camera(address="127.77.0.1", port=0) as stranger,
            make_sender() as sender,
        ):
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            while not device.askers:
                await asyncio.sleep(0.01)
            stranger.transport.sendto(b"out", device.askers[0])
            return await gather(sender)

    answers = asyncio.run(run())
    assert {(d.address, d.in_scope) for d in answers} == {
        (f"{NET}.5", True),
        ("127.77.0.1", False),
    }


def test_own_packets_are_dropped_unless_the_own_address_was_asked() -> None:
    async def run() -> tuple[list[Datagram], list[Datagram]]:
        scope = build_scope([f"{NET}.0/24"])
        async with (
            camera(address=f"{NET}.1") as own,
            camera() as device,
            make_sender(scope=scope) as sender,
        ):
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            while not device.askers:
                await asyncio.sleep(0.01)
            own.transport.sendto(b"echo", device.askers[0])
            before = await gather(sender, 0.1)
            own.answers = (b"a VMS on this machine",)
            await sender.send(wsd_probe_nvt(), f"{NET}.1")
            return before, await gather(sender, 0.2)

    before, after = asyncio.run(run())
    assert before == []
    assert [d.data for d in after] == [b"a VMS on this machine"]


def test_a_flood_from_one_address_leaves_room_for_the_others() -> None:
    async def run() -> tuple[list[Datagram], int]:
        async with (
            camera(*[b"x" * 1000] * 2000) as loud,
            camera(b"quiet", address=f"{NET}.6") as quiet,
            make_sender() as sender,
        ):
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            while not loud.asked:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            await sender.send(wsd_probe_nvt(), f"{NET}.6")
            assert quiet is not None
            return await gather(sender), sender.dropped

    answers, dropped = asyncio.run(run())
    assert len([d for d in answers if d.address == f"{NET}.5"]) == FROM_ONE_SENDER
    assert [d.data for d in answers if d.address == f"{NET}.6"] == [b"quiet"]
    assert dropped > 500


def test_unicast_is_paced() -> None:
    async def run() -> tuple[float, int]:
        async with make_sender(profile=PROFILES["normal"].with_rate(200)) as sender:
            begin = time.monotonic()
            for last in range(1, 41):
                await sender.send(wsd_probe_nvt(), f"{NET}.{last}")
            return time.monotonic() - begin, sender.sent

    seconds, sent = asyncio.run(run())
    assert sent == 40
    assert seconds >= 0.18


def test_silent_addresses_of_a_large_on_link_subnet_get_a_slower_pace() -> None:
    async def run() -> float:
        link = Interface(name="eth9", index=99, addresses=(IfAddress(f"{NET}.1", 16),))
        scope = build_scope([f"{NET}.0/24"])
        async with UdpSender(scope, profile=FAST, links=(link,)) as sender:
            sender._neighbours = Pace(100)
            begin = time.monotonic()
            for last in range(2, 32):
                assert await sender.send(wsd_probe_nvt(), f"{NET}.{last}") is Status.OK
            return time.monotonic() - begin

    assert asyncio.run(run()) >= 0.27


@pytest.mark.alone
def test_listening_ends_in_time_and_iteration_with_the_sender() -> None:
    async def run() -> tuple[float, list[Datagram]]:
        async with camera(b"a") as device, make_sender() as sender:
            begin = time.monotonic()
            assert await gather(sender, 0.1) == []
            seconds = time.monotonic() - begin
            await sender.send(wsd_probe_nvt(), f"{NET}.5")
            assert device is not None

            async def read() -> list[Datagram]:
                return [d async for d in sender]

            reading = asyncio.create_task(read())
            await asyncio.sleep(0.1)
            await sender.close()
            return seconds, await asyncio.wait_for(reading, 1)

    seconds, answers = asyncio.run(run())
    assert 0.08 < seconds < 0.5
    assert [d.data for d in answers] == [b"a"]


def test_two_tasks_share_one_socket() -> None:
    async def run() -> int:
        async with camera() as device, make_sender() as sender:
            await asyncio.gather(*(sender.send(wsd_probe_nvt(), f"{NET}.5") for _ in range(5)))
            await asyncio.sleep(0.05)
            return len({asker[1] for asker in device.askers})

    assert asyncio.run(run()) == 1


def test_multicast_is_skipped_with_a_reason() -> None:
    async def run() -> list[Skip | None]:
        contacts: list[Contact] = []
        link = Interface(name="eth9", index=99, addresses=(IfAddress("10.0.0.1", 24),))
        async with make_sender(contacts=contacts) as sender:
            query = wsd_probe_nvt()
            skips = [
                await sender.multicast(query, LOOPBACK),
                await sender.multicast(query, link),
                await sender.multicast(query, link, 6),
                await sender.multicast(
                    Query(name=query.name, port=query.port, payload=query.payload), link
                ),
            ]
            sender._allow_multicast = frozenset({"eth9"})
            skips.append(await sender.multicast(query, link))  # not an address of this machine
            assert contacts == []
            assert sender.sent == 0
            return skips

    skips = asyncio.run(run())
    assert all(isinstance(skip, Skip) for skip in skips)
    reasons = [skip.reason for skip in skips if skip]
    assert reasons[:4] == [
        "loopback",
        "10.0.0.0/24 is not wholly in scope",
        "no IPv6 address",
        "no IPv4 group",
    ]
    assert reasons[4]
    assert skips[1] is not None
    assert (skips[1].subject, "IPv4 multicast" in skips[1].what) == ("eth9", True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_fuzz_whatever_arrives_is_delivered_as_it_came(payloads: list[bytes]) -> None:
    async def run() -> list[bytes]:
        async with make_sender() as sender:
            one = Endpoint(sender._arrived, None)
            for payload in payloads:
                one.datagram_received(payload, (f"{NET}.5", 3702))
            one.error_received(OSError(111, "refused"))
            came = [await sender.receive(5.0) for _ in payloads]
            return [d.data for d in [*came, *await gather(sender, 0.01)] if d is not None]

    assert asyncio.run(run()) == payloads


# --- on the wire ----------------------------------------------------------------------------


def multicast_everywhere(scope: Scope) -> tuple[list[Skip | None], list[Datagram], list[Contact]]:
    """Send the three probes to both groups of every interface; what came of it."""

    async def run() -> tuple[list[Skip | None], list[Datagram], list[Contact]]:
        contacts: list[Contact] = []
        async with UdpSender(scope, profile=FAST, on_contact=contacts.append) as sender:
            skips = [
                await sender.multicast(query, link, version)
                for query in WSD_PROBES
                for link in sender.links
                for version in (4, 6)
            ]
            return skips, await gather(sender, 0.5), contacts

    return asyncio.run(run())


def udp_payloads(frames: Any, ethertype: int) -> list[tuple[bytes, int, bytes]]:
    """Destination, hops and payload of each UDP datagram that left."""
    found = []
    for _, packet in frames.left(ethertype):
        if ethertype == 0x0800 and packet[9] == 17:
            head = (packet[0] & 15) * 4
            found.append((packet[16:20], packet[8], packet[head + 8 :]))
        if ethertype == 0x86DD and packet[6] == 17:
            found.append((packet[24:40], packet[7], packet[48:]))
    return found


@pytest.mark.root
def test_multicast_leaves_only_by_the_interface_in_scope(wires: Any) -> None:
    scope = build_scope(["10.99.0.0/24", "10.98.0.0/24"], ["10.98.0.77"])
    answers = (b"\xffjunk", b"<match/>")
    with (
        wires.capture("cam0") as wanted,
        wires.capture("cam1") as unwanted,
        wires.responders(answers) as asked,
    ):
        skips, found, contacts = wires.inside(wires.near, lambda: multicast_everywhere(scope))
        time.sleep(0.1)
    reasons = {(s.subject, s.reason) for s in skips if s}
    assert ("cam1", "10.98.0.0/24 is not wholly in scope") in reasons
    assert not [s for s in skips if s and s.subject == "cam0"]

    four = udp_payloads(wanted, 0x0800)
    six = udp_payloads(wanted, 0x86DD)
    assert {to for to, _, _ in four} == {socket.inet_aton("239.255.255.250")}
    assert {to for to, _, _ in six} == {socket.inet_pton(socket.AF_INET6, "ff02::c")}
    assert len(four) == len(six) == 4
    assert {hops for _, hops, _ in four + six} == {1}
    assert all(is_permitted(payload, 3702) for _, _, payload in four + six)
    assert udp_payloads(unwanted, 0x0800) == []
    assert udp_payloads(unwanted, 0x86DD) == []

    assert len(asked) == 8
    assert {c.address for c in contacts} == {"239.255.255.250", "ff02::c%cam0"}
    assert len(contacts) == 8
    by_ipv4 = [d for d in found if d.address == "10.99.0.2"]
    by_ipv6 = [d for d in found if d.address.endswith("%cam0")]
    assert [d.data for d in by_ipv4] == [b"\xffjunk", b"<match/>"] * 4
    assert len(by_ipv6) == 8
    assert all(d.in_scope for d in by_ipv4)
    assert not any(d.in_scope for d in by_ipv6)  # fe80::/64 was never named: report, never dial
    assert {d.interface for d in found} == {"cam0"}


@pytest.mark.root
def test_unicast_over_a_router_that_is_not_there_is_unreachable(wires: Any) -> None:
    def run() -> Status:
        async def send() -> Status:
            async with UdpSender(build_scope(["10.1.0.0/24"]), profile=FAST) as sender:
                return await sender.send(wsd_probe_nvt(), "10.1.0.9")

        return asyncio.run(send())

    assert wires.inside(wires.near, run) is Status.UNREACHABLE


@pytest.mark.root
def test_a_directed_broadcast_never_leaves_as_unicast(wires: Any) -> None:
    def run() -> Status:
        async def send() -> Status:
            scope = build_scope(["10.99.0.0/23"])  # 10.99.0.255 is then a host address
            async with UdpSender(scope, profile=FAST) as sender:
                return await sender.send(wsd_probe_nvt(), "10.99.0.255")

        return asyncio.run(send())

    with wires.capture("cam0") as frames:
        status = wires.inside(wires.near, run)
        time.sleep(0.1)
    assert status is not Status.OK
    assert udp_payloads(frames, 0x0800) == []


@pytest.mark.root
def test_a_broadcast_leaves_only_by_the_interface_in_scope(wires: Any) -> None:
    scope = build_scope(["10.99.0.0/24", "10.98.0.0/24"], ["10.98.0.77"])

    def run() -> tuple[list[Skip | None], list[Contact]]:
        async def send() -> tuple[list[Skip | None], list[Contact]]:
            contacts: list[Contact] = []
            async with UdpSender(scope, profile=FAST, on_contact=contacts.append) as sender:
                skips = [
                    await sender.broadcast(queries.panasonic_search(), link, directed=directed)
                    for link in sender.links
                    for directed in (False, True)
                ]
                cam0 = next(link for link in sender.links if link.name == "cam0")
                skips.append(await sender.broadcast(wsd_probe_nvt(), cam0))
                return skips, contacts

        return asyncio.run(send())

    with wires.capture("cam0") as wanted, wires.capture("cam1") as unwanted:
        skips, contacts = wires.inside(wires.near, run)
        time.sleep(0.1)
    left = udp_payloads(wanted, 0x0800)
    assert [socket.inet_ntoa(to) for to, _, _ in left] == ["255.255.255.255", "10.99.0.255"]
    assert [payload[18:22] for _, _, payload in left] == [socket.inet_aton("10.99.0.1")] * 2
    assert udp_payloads(unwanted, 0x0800) == []
    assert [c.address for c in contacts] == ["255.255.255.255", "10.99.0.255"]
    reasons = {(s.subject, s.reason) for s in skips if s}
    assert ("cam1", "10.98.0.0/24 is not wholly in scope") in reasons
    assert ("lo", "loopback") in reasons
    assert ("cam0", "it is not broadcast") in reasons


@pytest.mark.root
def test_answers_are_heard_on_the_fixed_port_and_on_the_group(wires: Any) -> None:
    """An XM device broadcasts its answer, a SADP device multicasts it, one of another subnet too;
    what this machine itself sent comes back and is dropped."""

    def device() -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"dev0")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.99.0.2"))
        return sock

    def run() -> list[tuple[bytes, str, str | None, int, bool]]:
        async def ask() -> list[tuple[bytes, str, str | None, int, bool]]:
            async with UdpSender(build_scope(["10.99.0.0/24"]), profile=FAST) as sender:
                cam0 = next(link for link in sender.links if link.name == "cam0")
                for query in (queries.xm_search(), queries.sadp_inquiry()):
                    assert await sender.broadcast(query, cam0) is None
                assert await sender.multicast(queries.sadp_inquiry(), cam0) is None
                answering.sendto(b"xm", ("255.255.255.255", 34569))
                answering.sendto(b"group", ("239.255.255.250", 37020))
                answering.sendto(b"unicast", ("10.99.0.1", 37020))
                stranger.sendto(b"stranger", ("255.255.255.255", 34569))
                found = await gather(sender)
                return [(d.data, d.address, d.interface, d.local_port, d.in_scope) for d in found]

        return asyncio.run(ask())

    answering = wires.inside(wires.far, device)
    stranger = wires.inside(wires.far, device)
    _ip("-n", wires.far, "address", "add", "192.168.1.64/32", "dev", "dev0")
    # Reverse-path filtering of the kernel would drop the packet of the wrong subnet.
    for name in ("all", "cam0"):
        _ip(*("netns", "exec", wires.near, "sysctl", "-qw", f"net.ipv4.conf.{name}.rp_filter=0"))
    stranger.bind(("192.168.1.64", 0))
    with answering, stranger:
        answering.bind(("10.99.0.2", 0))
        found = wires.inside(wires.near, run)
    assert sorted(found) == [
        (b"group", "10.99.0.2", "cam0", 37020, True),
        (b"stranger", "192.168.1.64", "cam0", 34569, False),
        (b"unicast", "10.99.0.2", "cam0", 37020, True),
        (b"xm", "10.99.0.2", "cam0", 34569, True),
    ]


@pytest.mark.root
def test_a_port_that_is_taken_is_said_and_another_one_serves(wires: Any) -> None:
    skips: list[Skip] = []

    def taken() -> socket.socket:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("", 34569))
        return sock

    def run() -> tuple[Skip | None, int]:
        async def ask() -> tuple[Skip | None, int]:
            scope = build_scope(["10.99.0.0/24"])
            async with UdpSender(scope, profile=FAST, on_skip=skips.append) as sender:
                cam0 = next(link for link in sender.links if link.name == "cam0")
                return await sender.broadcast(queries.xm_search(), cam0), sender.sent

        return asyncio.run(ask())

    with wires.inside(wires.near, taken):
        assert wires.inside(wires.near, run) == (None, 1)
    (skip,) = skips
    assert skip.subject == "UDP port 34569"
    assert "another port" in skip.reason


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
