"""The connect sweep: order, spacing, resume, loopback's rule, middlebox and cut-off."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from itertools import pairwise

import pytest

from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_connect import TcpConnect
from camscan.errors import LocalFaultError
from camscan.model.coverage import MethodStatus
from camscan.model.status import Status
from camscan.net.profile import PROFILES

ROUTED = "10.88.5.0/24"


@contextlib.contextmanager
def listening(*places):
    with contextlib.ExitStack() as stack:
        for place in places:
            stack.enter_context(socket.create_server(place, backlog=16))
        yield


def test_finds_open_ports_and_no_refusing_loopback_host(bench):
    places = [("127.78.0.1", 8080), ("127.78.0.1", 8554), ("127.78.0.9", 8443)]
    with listening(*places):
        method = bench.run(TcpConnect((8080, 8443, 8554)), "127.78.0.0/28")
    assert bench.open_ports == set(places)
    assert {s.status for s in bench.sightings} == {Status.OK}
    assert (method.sent, method.answered) == (14 * 3, 2)
    assert method.status is MethodStatus.DONE
    assert len(bench.contacts) == 14 * 3
    assert bench.skips == []
    sighting = bench.sightings[0]
    assert (sighting.transport, sighting.on_scope, sighting.evidence) == ("tcp", True, ())


def test_port_major_in_one_shuffled_order(bench, network):
    """In the order of the requests: a host that is slow to refuse may be reached later."""

    def asked(seed: int, *ports: int) -> list[tuple[str, int]]:
        silent = network(lambda *_: Status.TIMED_OUT)
        ungapped = PROFILES["thorough"].with_rate(10_000)
        sweep = TcpConnect(ports, seed=seed)
        bench.run(sweep, "10.88.1.0/27", profile=ungapped, dialer=silent)
        return silent.touched

    both = asked(7, 8081, 8082)
    ports = [port for _, port in both]
    assert ports == [8081] * 30 + [8082] * 30
    first = [address for address, port in both if port == 8081]
    assert first == [address for address, port in both if port == 8082]
    assert first != sorted(first)
    assert asked(7, 8081, 8082) == both
    assert [address for address, _ in asked(8, 8081)] != first


@pytest.mark.alone
def test_two_syns_to_one_host_are_spaced(bench):
    profile = PROFILES["normal"]
    bench.run(TcpConnect((8081, 8082, 8083)), "127.78.1.1", profile=profile)
    times = [contact.at.timestamp() for contact in bench.contacts]
    assert len(times) == 3
    assert all(b - a >= profile.host_gap * 0.9 for a, b in pairwise(times))


@pytest.mark.alone
def test_rate_is_kept(bench):
    profile = PROFILES["gentle"]
    bench.run(TcpConnect((8081,)), "127.78.1.0/26", profile=profile)
    times = [contact.at.timestamp() for contact in bench.contacts]
    assert len(times) == 62
    assert (len(times) - 3) / (times[-1] - times[0]) <= profile.on_link_pps * 1.05


def test_printer_ports_are_never_touched(bench):
    method = bench.run(TcpConnect((9100, 8081, 9107)), "127.78.1.1")
    assert [contact.port for contact in bench.contacts] == [8081]
    assert method.sent == 1


def test_blocks_are_told_and_resumed(bench, network):
    told = []
    silent = network(lambda *_: Status.TIMED_OUT, on_link=True)
    sweep = TcpConnect(
        (80, 554), block=300, events=SweepEvents(on_block=lambda a, b: told.append((a, b)))
    )
    asyncio.run(sweep.run(bench.context("10.88.0.0/21", dialer=silent), bench.sightings.append))
    assert told[0][0] == 0
    assert told[-1][1] == 2045
    assert all(b[0] == a[1] + 1 for a, b in pairwise(told))
    rest = network(lambda *_: Status.TIMED_OUT, on_link=True)
    start = told[2][0]
    resumed = TcpConnect((80, 554), block=300, start=start)
    asyncio.run(resumed.run(bench.context("10.88.0.0/21", dialer=rest), bench.sightings.append))
    assert rest.touched == silent.touched[start * 2 :]


def test_done_is_not_asked_again(bench, network):
    net = network(lambda *_: Status.TIMED_OUT)
    sweep = TcpConnect((80, 554), events=SweepEvents(done=lambda address, port: port == 80))
    asyncio.run(sweep.run(bench.context("10.88.5.0/28", dialer=net), bench.sightings.append))
    assert {port for _, port in net.touched} == {554}


def test_refused_elsewhere_is_a_host(bench, network):
    net = network(lambda a, p, n: Status.REFUSED if a.endswith(".7") else Status.TIMED_OUT)
    sweep = TcpConnect((80,))
    method = asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert [(s.address, s.status) for s in bench.sightings] == [("10.88.5.7", Status.REFUSED)]
    assert method.answered == 1


def test_sightings_come_while_the_sweep_goes_on(bench, network):
    seen_at = []
    net = network(
        lambda a, p, n: Status.OK if a.endswith(".7") and p == 1 else Status.TIMED_OUT,
        on_link=True,
    )

    async def go():
        await TcpConnect(range(1, 30)).run(
            bench.context(ROUTED, dialer=net), lambda s: seen_at.append(len(net.touched))
        )

    asyncio.run(go())
    assert seen_at[0] < 254 * 4


def test_syn_proxy_is_one_skip(bench, network):
    net = network(lambda *_: Status.OK)
    sweep = TcpConnect((80, 443, 37777))
    method = asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert method.answered == 0
    assert bench.sightings == []
    (skip,) = bench.skips
    assert (skip.subject, skip.what) == (ROUTED, "middlebox")
    assert "254 of 254" in skip.reason
    assert len(net.touched) == 254 * 3


def test_block_page_hides_no_real_host(bench, network):
    def answer(address, port, number):
        if address == "10.88.5.20" and port == 554:
            return Status.OK
        return Status.OK if port == 80 else Status.TIMED_OUT

    net = network(answer)
    asyncio.run(
        TcpConnect((80, 554)).run(bench.context(ROUTED, dialer=net), bench.sightings.append)
    )
    assert bench.open_ports == {("10.88.5.20", 80), ("10.88.5.20", 554)}
    assert [skip.what for skip in bench.skips] == ["middlebox"]


def test_crowded_camera_vlan_is_no_middlebox(bench, network):
    def answer(address, port, number):
        last = int(address.rpartition(".")[2])
        if last > 240:
            return Status.TIMED_OUT
        return Status.OK if port in (80, 554) else Status.REFUSED

    net = network(answer)
    asyncio.run(
        TcpConnect((80, 554, 8899)).run(bench.context(ROUTED, dialer=net), bench.sightings.append)
    )
    assert len(bench.open_ports) == 480
    assert bench.skips == []


def test_loopback_and_on_link_are_never_held(bench, network):
    net = network(lambda *_: Status.OK, on_link=True)
    asyncio.run(TcpConnect((80,)).run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert len(bench.sightings) == 254
    assert bench.skips == []


def test_falling_silent_together_is_a_cut_off(bench, network):
    def answer(address, port, number):
        last = int(address.rpartition(".")[2])
        alive = last <= 40 and number < 254 * 3
        if not alive:
            return Status.TIMED_OUT
        return Status.OK if port == 80 else Status.REFUSED

    cut = []
    net = network(answer)
    sweep = TcpConnect(
        (80, 443, 554, *range(8000, 8020)), window=64, events=SweepEvents(on_cut_off=cut.append)
    )
    method = asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert cut == [ROUTED]
    assert method.status is MethodStatus.PARTIAL
    assert ROUTED in method.reason
    (skip,) = bench.skips
    assert skip.subject == ROUTED
    assert "fell silent together" in skip.reason
    assert len(net.touched) < 254 * 9
    assert method.sent == len(net.touched)
    assert len({address for address, _ in bench.open_ports}) == 40


def test_filtered_ports_are_no_cut_off(bench, network):
    def answer(address, port, number):
        last = int(address.rpartition(".")[2])
        return Status.OK if last <= 40 and port in (80, 554) else Status.TIMED_OUT

    cut = []
    net = network(answer)
    ports = (80, 443, 8000, 8080, 8443, 554)
    sweep = TcpConnect(ports, events=SweepEvents(on_cut_off=cut.append))
    method = asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert cut == []
    assert method.status is MethodStatus.DONE
    assert len(bench.open_ports) == 80
    extra = Counter(net.touched)
    assert sum(n - 1 for n in extra.values()) <= 3  # knocked again where somebody had answered


def test_cancelling_releases_what_was_held(bench, network):
    net = network(lambda a, p, n: Status.OK if a.endswith(".7") else Status.TIMED_OUT)

    async def go():
        task = asyncio.create_task(
            TcpConnect(range(1, 60)).run(
                bench.context(ROUTED, dialer=net, profile=PROFILES["normal"]),
                bench.sightings.append,
            )
        )
        while len(net.touched) < 200:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    asyncio.run(go())
    asked = [place for place in net.touched if place[0] == "10.88.5.7"]
    assert len(bench.sightings) in (len(asked), len(asked) - 1)


def test_local_fault_is_raised_plainly(bench, network):
    def answer(*_):
        raise LocalFaultError("no sockets left")

    with pytest.raises(LocalFaultError, match="no sockets"):
        asyncio.run(
            TcpConnect((80,)).run(
                bench.context(ROUTED, dialer=network(answer)), bench.sightings.append
            )
        )


def test_progress(bench):
    steps = []
    bench.run(
        TcpConnect((8081, 8082), events=SweepEvents(on_progress=steps.append)), "127.78.1.0/29"
    )
    assert steps == list(range(1, 13))


def test_addresses_are_told_once_after_their_sightings(bench, network):
    story = []
    net = network(lambda a, p, n: Status.OK if a.endswith(".7") else Status.TIMED_OUT)
    sweep = TcpConnect((80, 554), events=SweepEvents(on_address=story.append))
    asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), lambda s: story.append(s.port)))
    told = [item for item in story if isinstance(item, str)]
    assert sorted(told) == sorted(f"10.88.5.{n}" for n in range(1, 255))
    assert story.index("10.88.5.7") > story.index(554) > story.index(80)


def test_middlebox_addresses_are_told_too(bench, network):
    told = []
    net = network(lambda *_: Status.OK)
    sweep = TcpConnect((80, 554), events=SweepEvents(on_address=told.append))
    asyncio.run(sweep.run(bench.context(ROUTED, dialer=net), bench.sightings.append))
    assert len(told) == 254


@pytest.mark.parametrize("on_link", [True, False])
def test_a_busy_host_delays_neither_its_neighbours_nor_the_next_block(bench, network, on_link):
    """Its touches wait for its own slow probe, as the dialer's gate makes them."""
    release = asyncio.Event()
    told, found, swept = [], [], []

    class Busy(network):
        async def touch(self, address, port, *, timeout=1.0):
            if address == "10.88.4.9":
                await release.wait()
            return await super().touch(address, port)

    net = Busy(lambda a, p, n: Status.OK if a.endswith(".7") else Status.TIMED_OUT, on_link=on_link)

    async def go():
        sweep = TcpConnect(
            (80, 554),
            block=254,
            events=SweepEvents(on_address=told.append, on_block=lambda a, b: swept.append((a, b))),
        )
        task = asyncio.create_task(
            sweep.run(bench.context("10.88.4.0/23", dialer=net), lambda s: found.append(s.address))
        )
        while "10.88.5.7" not in told:
            await asyncio.sleep(0.01)
        assert found.count("10.88.4.7") == found.count("10.88.5.7") == 2
        assert {"10.88.4.7", "10.88.4.8"} <= set(told)
        assert swept == []
        release.set()
        return await task

    method = asyncio.run(asyncio.wait_for(go(), 20))
    assert method.sent == 510 * 2
    assert swept == [(0, 254), (255, 509)]
    assert len(told) == 510


def test_resume_asks_cut_off_subnets_again_first(bench, network):
    net = network(lambda *_: Status.TIMED_OUT, on_link=True)
    swept = []
    sweep = TcpConnect(
        (80,),
        start=510,
        again={"10.88.1.0/24", "10.88.3.0/24"},
        events=SweepEvents(on_block=lambda a, b: swept.append((a, b))),
    )
    ctx = bench.context("10.88.0.0/22", dialer=net)
    method = asyncio.run(sweep.run(ctx, bench.sightings.append))
    asked = [address.rpartition(".")[0] for address, _ in net.touched]
    assert asked[:255] == ["10.88.1"] * 255
    assert set(asked[255:]) == {"10.88.1", "10.88.2", "10.88.3"}
    assert swept == [(510, 1021)]
    assert method.sent == len(net.touched) == 255 + 512
    assert max(Counter(net.touched).values()) == 1
