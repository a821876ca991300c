"""The raw sweep on real wires: on-link and routed, loss, firewalls, rate and gaps as captured."""

from __future__ import annotations

import asyncio
import random
import socket
import statistics
import time
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from camscan.discovery import tcp_syn
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.syn_again import MOST_SILENT
from camscan.discovery.syn_run import SynRun
from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.coverage import MethodStatus
from camscan.model.status import Status
from camscan.net.profile import PROFILES
from tests.discovery.scripted_wire import ScriptedWire

pytestmark = pytest.mark.root
PORTS = (80, 443, 554, 8000)
OPEN = (80, 554)


def some(network, count, seed=1):
    """Addresses of 10.98.0.0/`network`."""
    chosen = random.Random(seed).sample(range(1, 2 ** (32 - network) - 1), count)
    return [f"10.98.{value >> 8}.{value & 255}" for value in chosen]


def pairs(addresses, ports=OPEN):
    return {(address, port) for address in addresses for port in ports}


def with_rate(rate):
    return PROFILES["thorough"].with_rate(rate)


def test_on_link_only_who_has_a_mac_is_asked(segment, bench, syns, tmp_path):
    hosts = [f"10.97.0.{n}" for n in range(20, 80)]
    segment.answers(*hosts)
    segment.listen(*OPEN)
    methods = []
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        method = segment.sweep(
            bench,
            TcpSyn(PORTS, events=SweepEvents(on_method=methods.append)),
            "10.97.0.0/24",
            exclude=("10.97.0.1",),
        )
    assert bench.open_ports == pairs([*hosts, "10.97.0.2"]) | {(h, None) for h in hosts} | {
        ("10.97.0.2", None)
    }
    asked = Counter((address, port) for _, address, port in syns(frames))
    assert {address for address, _ in asked} <= {*hosts, "10.97.0.2"}
    assert method.status is MethodStatus.DONE
    (arp,) = methods
    assert (arp.name, arp.answered) == ("arp", 61)
    assert arp.sent >= 253
    macs = {e.value for s in bench.sightings for e in s.evidence if e.field == "mac.address"}
    assert len(macs) == 1  # one far end answers for all
    assert "0 of" in method.reason


@pytest.mark.slow(70)
def test_routed_sixteen(segment, bench):
    segment.routed("10.98.0.0/16")
    hosts = some(16, 212)
    segment.answers(*(f"{host}/32" for host in hosts))
    segment.listen(*OPEN)
    told, blocks = set(), []
    sweep = TcpSyn(
        PORTS, events=SweepEvents(on_address=told.add, on_block=lambda *block: blocks.append(block))
    )
    method = segment.sweep(bench, sweep, "10.98.0.0/16", profile=with_rate(40_000))
    assert bench.open_ports == pairs(hosts)
    refused = {(s.address, s.port) for s in bench.sightings if s.status is Status.REFUSED}
    assert refused == pairs(hosts, (443, 8000))
    assert method.answered == 212
    assert len(told) == 65_534
    assert blocks[0][0] == 0
    assert blocks[-1][1] == 65_533
    assert all(b[0] == a[1] + 1 for a, b in pairwise(blocks))


def test_ipv6_on_link_and_routed(segment, bench):
    segment.command(segment.near, *["ip", "-6", "route", "add", "fd98::/112", "via", "fd97::2"])
    for address in ("fd97::100", "fd97::155", "fd98::7", "fd98::ff"):
        segment.command(segment.far, *f"ip -6 route add local {address}/128 dev lo".split())
    # IPv6 answers solicitations for addresses of the interface, not for routes.
    for address in ("fd97::100", "fd97::155"):
        segment.command(segment.far, *f"ip -6 address add {address}/128 dev dev0 nodad".split())
    segment.listen(*OPEN)
    methods = []
    segment.sweep(
        bench,
        TcpSyn(PORTS, events=SweepEvents(on_method=methods.append)),
        "fd97::100/120",
        "fd98::/120",
    )
    found = {(a, p) for a, p in bench.open_ports if p}
    assert found == pairs(["fd97::100", "fd97::155", "fd98::7", "fd98::ff"])
    assert [(m.name, m.answered) for m in methods] == [("ndp", 2)]


def test_ipv6_answers_behind_extension_headers(segment, bench):
    padding = bytes((0, 0, 1, 4, 0, 0, 0, 0))  # next header, length, PadN of six octets
    options = {80: socket.IPV6_HOPOPTS, 554: socket.IPV6_DSTOPTS}
    held = []

    def listen():
        for port, option in options.items():
            sock = socket.socket(socket.AF_INET6)
            held.append(sock)
            sock.setsockopt(socket.IPPROTO_IPV6, option, padding)  # in every segment it sends
            sock.bind(("::", port))
            sock.listen(16)

    segment.inside(segment.far, listen)
    try:
        segment.sweep(bench, TcpSyn(PORTS), "fd97::2")
    finally:
        for sock in held:
            sock.close()
    assert {(a, p) for a, p in bench.open_ports if p} == pairs(["fd97::2"])


def test_bridge_and_vlan(segment, bench):
    for line in ("add br9 type bridge forward_delay 0", "set cam0 master br9", "set br9 up"):
        segment.command(segment.near, "ip", "link", *line.split())
    segment.command(segment.near, *["ip", "address", "del", "10.97.0.1/24", "dev", "cam0"])
    segment.command(segment.near, *["ip", "address", "add", "10.97.0.1/24", "dev", "br9"])
    segment.answers("10.97.0.20")
    segment.listen(*OPEN)
    segment.sweep(bench, TcpSyn(PORTS), "10.97.0.16/28")
    assert {(a, p) for a, p in bench.open_ports if p} == pairs(["10.97.0.20"])
    try:
        for namespace, parent, last in ((segment.near, "br9", 1), (segment.far, "dev0", 2)):
            link = f"ip link add link {parent} name v7 type vlan id 7"
            segment.command(namespace, *link.split())
            segment.command(namespace, *f"ip address add 10.96.0.{last}/24 dev v7".split())
            segment.command(namespace, *["ip", "link", "set", "v7", "up"])
    except RuntimeError as error:
        pytest.skip(f"the bridge was swept; this kernel has no VLAN interfaces: {error}")
    tagged = type(bench)()
    segment.sweep(tagged, TcpSyn(PORTS), "10.96.0.0/29", exclude=("10.96.0.1",))
    assert {(a, p) for a, p in tagged.open_ports if p} == pairs(["10.96.0.2"])


def test_no_lane_is_swept_by_connections(segment, bench):
    segment.command(segment.near, *["ip", "tuntap", "add", "dev", "tun5", "mode", "tun"])
    segment.command(segment.near, *["ip", "address", "add", "10.95.0.1/24", "dev", "tun5"])
    segment.command(segment.near, *["ip", "link", "set", "tun5", "up"])
    segment.answers("10.97.0.20")
    segment.listen(*OPEN)
    method = segment.sweep(bench, TcpSyn(PORTS), "10.97.0.20", "10.95.0.8/30", "10.97.0.1")
    assert {(a, p) for a, p in bench.open_ports if p} == pairs(["10.97.0.20"])
    assert "3 addresses by connections" in method.reason
    assert "a tunnel without a link layer" in method.reason
    assert "an address of this machine" in method.reason


def test_a_router_that_is_not_there(segment, bench):
    segment.command(segment.near, *["ip", "route", "add", "10.98.0.0/24", "via", "10.97.0.99"])
    method = segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/30")
    assert "the router 10.97.0.99 does not answer" in method.reason
    assert method.answered == 0


@pytest.mark.alone
def test_the_rate_as_captured(segment, bench, syns, tmp_path):
    segment.routed("10.98.0.0/20")
    with segment.capture(tmp_path, segment.far, "dev0") as frames:
        segment.sweep(bench, TcpSyn((80, 443)), "10.98.0.0/20", profile=with_rate(4_000))
    times = [at for at, _, _ in syns(frames)][: 2 * 4094]
    assert len(times) == 2 * 4094
    assert (len(times) - 1) / (times[-1] - times[0]) <= 4_000 * 1.05
    # A machine that stands still for a moment slows the whole, but not most of its parts.
    parts = [512 / (times[at + 512] - times[at]) for at in range(0, len(times) - 512, 512)]
    assert statistics.median(parts) == pytest.approx(4_000, rel=0.05)
    seconds = Counter(int(at - times[0]) for at in times)
    assert max(seconds.values()) <= 4_000 * 1.06  # 4 % after a stall, and 20 ms at once


@pytest.mark.alone
def test_two_syns_to_one_host_keep_the_gap(segment, bench, syns, tmp_path):
    segment.answers("10.97.0.20")
    segment.listen(*OPEN)
    profile = PROFILES["thorough"]
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(bench, TcpSyn(range(8000, 8012)), "10.97.0.16/28", profile=profile)
    by_host = defaultdict(list)
    for at, address, _ in syns(frames):
        by_host[address].append(at)
    gaps = [b - a for times in by_host.values() for a, b in pairwise(times)]
    assert len(gaps) >= 11
    assert min(gaps) >= profile.host_gap * 0.97  # the capture's own clock


@pytest.mark.slow(70)
@pytest.mark.parametrize(("percent", "least"), [(1, 1.0), (5, 1.0), (20, 0.98)])
def test_loss(segment, bench, percent, least):
    segment.routed("10.98.0.0/21")
    hosts = some(21, 100)
    segment.answers(*(f"{host}/32" for host in hosts))
    segment.listen(*OPEN)
    segment.lose(percent)
    method = segment.sweep(bench, TcpSyn(PORTS), "10.98.0.0/21", profile=with_rate(20_000))
    found = {address for address, _ in bench.open_ports}
    assert len(found) >= least * len(hosts)
    assert len(bench.open_ports) >= least * 2 * len(hosts)
    if percent >= 5:
        assert "rate lowered" in method.reason
    assert method.sent > 2046 * 4


@pytest.mark.alone  # an answer that waits for a processor is late as well
@pytest.mark.parametrize("delay", [0.030, 0.200])
def test_delay(segment, bench, delay):
    with segment.delayed(delay):
        segment.command(segment.near, *["ip", "route", "add", "10.98.0.0/22", "via", "10.94.0.2"])
        segment.command(segment.far, *["ip", "route", "add", "blackhole", "10.98.0.0/22"])
        hosts = some(22, 40)
        segment.answers(*(f"{host}/32" for host in hosts), "10.94.0.77/32")
        segment.listen(*OPEN)
        targets = ("10.98.0.0/22", "10.94.0.64/27")
        method = segment.sweep(bench, TcpSyn(PORTS), *targets, profile=with_rate(5_000))
    assert {(a, p) for a, p in bench.open_ports if p} == pairs([*hosts, "10.94.0.77"])
    assert "0.0% (0 of" in method.reason  # late is not lost


def test_syn_proxy_is_one_skip(segment, bench):
    segment.routed("10.98.0.0/23")
    segment.answers("10.98.0.0/24", "10.98.1.9/32")
    segment.listen(*PORTS)
    method = segment.sweep(bench, TcpSyn(PORTS), "10.98.0.0/23", profile=with_rate(5_000))
    assert bench.open_ports == pairs(["10.98.1.9"], PORTS)
    (skip,) = bench.skips
    assert (skip.subject, skip.what) == ("10.98.0.0/24", "middlebox")
    assert "of 255 addresses" in skip.reason
    assert method.answered == 1


@pytest.mark.slow(70)
def test_a_firewall_that_drops_a_fast_source_is_a_cut_off(segment, bench):
    segment.routed("10.98.0.0/23")
    hosts = [f"10.98.{n // 40}.{n % 40 + 1}" for n in range(80)]
    segment.answers(*(f"{host}/32" for host in hosts))
    ports = range(8000, 8040)
    segment.listen(*ports)
    # Above 1,000 new connections a second the source is shut out.
    segment.command(segment.far, "nft", "add table inet f")
    segment.command(
        segment.far, "nft", "add set inet f bad { type ipv4_addr; flags timeout; timeout 60s; }"
    )
    segment.command(
        segment.far, "nft", "add chain inet f c { type filter hook prerouting priority -300; }"
    )
    for rule in (
        "ip saddr @bad tcp flags syn drop",
        "tcp flags syn limit rate over 1000/second burst 800 packets add @bad { ip saddr } drop",
    ):
        segment.command(segment.far, "nft", f"add rule inet f c {rule}")
    cut = []
    sweep = TcpSyn(ports, block=256, events=SweepEvents(on_cut_off=cut.append))
    method = segment.sweep(bench, sweep, "10.98.0.0/23", profile=with_rate(2_000))
    assert cut
    assert set(cut) <= {"10.98.0.0/24", "10.98.1.0/24"}
    assert method.status is MethodStatus.PARTIAL
    assert "cut off" in method.reason
    assert "fell silent together" in method.reason
    assert any("fell silent together" in skip.reason for skip in bench.skips)
    assert method.sent < 510 * 40
    gentle = type(bench)()
    segment.command(segment.far, "nft", "flush set inet f bad")
    method = segment.sweep(
        gentle, TcpSyn(range(8000, 8003)), "10.98.0.0/23", profile=PROFILES["normal"]
    )
    assert method.status is MethodStatus.DONE
    assert gentle.open_ports == pairs(hosts, range(8000, 8003))


def test_what_answers_is_told_while_the_sweep_goes_on(segment, bench):
    segment.answers("10.97.0.20")
    segment.listen(80)
    first = []

    async def go():
        ctx = bench.context("10.97.0.0/24", profile=PROFILES["normal"])
        started = time.monotonic()
        await TcpSyn((80, *range(8000, 8100))).run(
            ctx, lambda s: first.append(time.monotonic() - started) if s.port == 80 else None
        )
        return time.monotonic() - started

    whole = segment.inside(segment.near, lambda: asyncio.run(go()))
    assert first[0] < whole / 2


@pytest.mark.alone
def test_cancelling_stops_at_once(segment, bench, syns, tmp_path):
    segment.routed("10.98.0.0/16")
    took = []

    async def go():
        ctx = bench.context("10.98.0.0/16", profile=with_rate(10_000))
        task = asyncio.create_task(TcpSyn(PORTS).run(ctx, bench.sightings.append))
        while not task.done() and not any(c.port for c in bench.contacts):
            await asyncio.sleep(0.01)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        took.append(time.monotonic() - began)

    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.inside(segment.near, lambda: asyncio.run(go()))
    assert took[0] < 1.0
    assert 0 < len(syns(frames)) < 65_534


def test_a_planted_stray_never_leaves(segment, bench, syns, tmp_path, monkeypatch):
    segment.routed("10.98.0.0/16")
    plain = SynRun.part

    def planting(self, indices, lane, order):
        part = plain(self, indices, lane, order)
        part.arrays.octets[3] = (10, 98, 77, 77)  # nobody put this into the scope
        part.arrays.octets[5] = (8, 8, 8, 8)
        return part

    monkeypatch.setattr(SynRun, "part", planting)
    with (
        segment.capture(tmp_path, segment.near, "cam0") as frames,
        pytest.raises(RuntimeError, match="outside the scope"),
    ):
        segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/24")
    asked = {address for _, address, _ in syns(frames)}
    assert len(asked) == 252
    assert asked.isdisjoint({"10.98.77.77", "8.8.8.8"})


def test_printer_ports_never_leave(segment, bench, syns, tmp_path, monkeypatch):
    segment.routed("10.98.0.0/16")
    plain = SynRun._syns

    def planting(self, part, rows, number, attempt):
        one = plain(self, part, rows, number, attempt)
        one.port = 9100
        return one

    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(bench, TcpSyn((9100, 80, 9107)), "10.98.0.0/29")
        monkeypatch.setattr(SynRun, "_syns", planting)
        with pytest.raises(RuntimeError, match="outside the scope"):
            segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/29")
    assert {port for _, _, port in syns(frames)} == {80}


def test_resume_by_index_and_done(segment, bench, syns, tmp_path):
    segment.routed("10.98.0.0/16")
    done = ("10.98.0.100", 80)
    sweep = TcpSyn(
        (80, 81),
        start=64,
        again={"10.98.0.0/24"},
        events=SweepEvents(done=lambda a, p: (a, p) == done),
    )
    later = TcpSyn((80,), start=64)
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(bench, sweep, "10.98.0.0/25")
    asked = {(address, port) for _, address, port in syns(frames)}
    assert asked == {(f"10.98.0.{n}", p) for n in range(1, 127) for p in (80, 81)} - {done}
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(bench, later, "10.98.0.0/25")
    assert {a for _, a, _ in syns(frames)} == {f"10.98.0.{n}" for n in range(65, 127)}


def test_who_is_talked_to_gets_no_syn(segment, bench, syns, tmp_path):
    segment.answers("10.97.0.20")
    segment.listen(*OPEN)
    held = []

    async def go():
        ctx = bench.context("10.97.0.16/28", profile=PROFILES["normal"])

        async def talk():
            connection = await ctx.dialer.open("10.97.0.20", 80, query="test")
            held.append(time.time())
            await asyncio.sleep(0.5)
            held.append(time.time())
            await connection.close()

        tasks = []

        def emit(sighting):
            bench.sightings.append(sighting)
            if sighting.port == 80 and not tasks:
                tasks.append(asyncio.create_task(talk()))

        await TcpSyn((80, *range(8000, 8020), 554)).run(ctx, emit)
        await asyncio.gather(*tasks)

    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.inside(segment.near, lambda: asyncio.run(go()))
    own = [at for at, address, _ in syns(frames) if address == "10.97.0.20"]
    assert not [at for at in own if held[0] + 0.01 < at < held[1] - 0.01]
    assert len({p for _, a, p in syns(frames) if a == "10.97.0.20"}) == 22
    assert bench.open_ports >= pairs(["10.97.0.20"])


def test_the_kernel_resets_what_answers(segment, bench, tmp_path):
    segment.answers("10.97.0.20")
    segment.listen(80)
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(bench, TcpSyn((80,)), "10.97.0.20")
    flags = [f[47] for _, f in frames if f[12:14] == b"\x08\x00" and f[23] == 6]
    assert 0x12 in flags
    assert 0x04 in flags  # RST


def test_whose_first_syns_are_lost_is_found_before_the_sample(monkeypatch, bench):
    """A sweep that sees loss asks silent hosts again by itself, three times where it is much."""
    lost = {f"10.98.0.{n}": {80: n % 2, 81: 1 - n % 2} for n in range(1, 41)}
    lost |= {f"10.98.0.{n}": {80: 1, 81: 3} for n in range(41, 51)}
    lost |= {f"10.98.0.{n}": {80: 3, 81: 3} for n in range(51, 61)}
    plain, at_sample = tcp_syn.ask_sample, []

    async def ask_sample(run, *samples):
        at_sample.append(bench.open_ports)
        return await plain(run, *samples)

    def answer(syn):
        its = lost.get(syn.address)
        return Status.OK if its is not None and syn.before >= its[syn.port] else None

    monkeypatch.setattr(tcp_syn, "ask_sample", ask_sample)
    wire = ScriptedWire(answer)
    wire.sweep(monkeypatch, bench, TcpSyn((80, 81)), "10.98.0.0/24")
    assert at_sample == [pairs(lost, (80, 81))]
    had = Counter((syn.address, syn.port) for syn in wire.syns)
    assert {had[f"10.98.0.{n}", 80] for n in range(61, 255)} == {MOST_SILENT - 1, MOST_SILENT}
