"""Discovery contexts on loopback, a scripted network, and namespaces for multicast."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.syn_run import SynRun
from camscan.model.contact import Contact
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net.dialer import Dialer
from camscan.net.interface import interfaces
from camscan.net.lane import Lanes
from camscan.net.limits import Limits
from camscan.net.pace import Paces
from camscan.net.profile import PROFILES, Profile
from camscan.scope import Scope, build_scope


class Bench:
    """A discovery context and everything that came of it."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self.skips: list[Skip] = []
        self.sightings: list[Sighting] = []

    def context(
        self,
        *targets: str,
        exclude: tuple[str, ...] = (),
        profile: Profile = PROFILES["thorough"],
        dialer: Any = None,
        connected: dict[str, list[str]] | None = None,
        on_round: Callable[[Any], None] | None = None,
    ) -> DiscoveryContext:
        """Call it inside the event loop (and namespace) of the test."""
        scope = build_scope(targets, exclude, connected=connected)
        links = interfaces()
        return DiscoveryContext(
            scope=scope,
            dialer=dialer
            or Dialer(
                scope,
                limits=Limits(),
                profile=profile,
                on_contact=self.contacts.append,
                links=links,
            ),
            profile=profile,
            interfaces=links,
            on_skip=self.skips.append,
            on_contact=self.contacts.append,
            on_round=on_round,
        )

    @property
    def open_ports(self) -> set[tuple[str, int | None]]:
        return {(s.address, s.port) for s in self.sightings if s.status is Status.OK}

    def syn_run(self, ctx: DiscoveryContext, ports: tuple[int, ...]) -> SynRun:
        """What TcpSyn makes for a sweep, without one."""
        return SynRun(
            "tcp-syn",
            ctx,
            self.sightings.append,
            ports,
            sweeps={},
            seed=0,
            events=SweepEvents(),
            lanes=Lanes(ctx.scope, ctx.interfaces),
        )

    def run(self, discovery: Any, *targets: str, **options: Any) -> Any:
        """Run one method to its end in a loop of its own."""

        async def go() -> Any:
            return await discovery.run(self.context(*targets, **options), self.sightings.append)

        return asyncio.run(go())


@pytest.fixture
def bench() -> Bench:
    return Bench()


class ScriptedNetwork:
    """A dialer whose network is a function (address, port, number of this touch) -> Status."""

    def __init__(
        self,
        answer: Callable[[str, int, int], Status],
        *,
        on_link: bool = False,
        scope: Scope | None = None,
    ) -> None:
        self.answer = answer
        self.touched: list[tuple[str, int]] = []
        self.window = 1000
        self.paces = Paces(PROFILES["thorough"])
        self._on_link = on_link

    async def touch(self, address: str, port: int, *, timeout: float = 1.0) -> Status:
        self.touched.append((address, port))
        number = len(self.touched)
        await asyncio.sleep(0)
        return self.answer(address, port, number)

    def touch_now(self, *_: Any, **__: Any) -> bool:
        return False

    def drop_touches(self) -> None:
        pass

    def is_on_link(self, address: str) -> bool:
        return self._on_link


@pytest.fixture(name="network")
def network_fixture() -> type[ScriptedNetwork]:
    return ScriptedNetwork


class Wire:
    """Namespaces `near` (the scanner's) and `far` (the devices'), one veth between them:
    cam0 10.97.0.1/24 and fe80::/64 near, dev0 10.97.0.2/24 far."""

    def __init__(self, near: str, far: str) -> None:
        self.near = near
        self.far = far

    def inside(self, namespace: str, function: Callable[[], Any]) -> Any:
        """Run `function` in a thread of `namespace`; return what it returns or raise it."""
        result: list[Any] = []
        error: list[BaseException] = []

        def work() -> None:
            try:
                with Path(f"/run/netns/{namespace}").open() as handle:
                    if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), 0x40000000):
                        raise OSError(ctypes.get_errno(), "setns")
                result.append(function())
            except BaseException as caught:  # noqa: BLE001 - handed to the caller's thread
                error.append(caught)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if error:
            raise error[0]
        return result[0]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _await_link_local(namespace: str) -> None:
    """Until it has its IPv6 route, a device drops what the group is sent."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        shown = subprocess.run(
            ["ip", "-n", namespace, "-6", "route", "show", "fe80::/64", "table", "all"],
            check=True,
            capture_output=True,
        )
        if shown.stdout.strip():
            return
        time.sleep(0.02)
    pytest.skip("this kernel gives no IPv6 link-local address")


@pytest.fixture
def wire() -> Iterator[Wire]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need iproute2")
    near, far = f"cdn{os.getpid()}", f"cdf{os.getpid()}"
    try:
        _ip("netns", "add", near)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel makes no network namespace: {error.stderr!r}")
    try:
        _ip("netns", "add", far)
        _ip("link", "add", "cam0", "netns", near, "type", "veth", "peer", "dev0", "netns", far)
        for namespace, name, address in ((near, "cam0", 1), (far, "dev0", 2)):
            _ip(
                *("netns", "exec", namespace, "sysctl", "-qw"),
                f"net.ipv6.conf.{name}.accept_dad=0",
            )
            _ip("-n", namespace, "address", "add", f"10.97.0.{address}/24", "dev", name)
            _ip("-n", namespace, "link", "set", name, "up")
            _ip("-n", namespace, "link", "set", "lo", "up")
        for namespace in (near, far):
            _await_link_local(namespace)
        yield Wire(near, far)
    finally:
        for namespace in (near, far):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip("netns", "del", namespace)


SAMPLES = {
    row["id"]: bytes.fromhex(row["data"]) if row["encoding"] == "hex" else row["data"].encode()
    for row in map(
        json.loads,
        (Path(__file__).parents[1] / "protocols" / "data" / "samples.jsonl")
        .read_text("utf-8")
        .splitlines(),
    )
}
"""Real answers, masked: tests/protocols/data/samples.jsonl."""


class VendorDevice(threading.Thread):
    """A device at 10.97.0.2 that answers every datagram on `port` as its maker does: to the
    asker, or to `to` (a broadcast or group and a port). `asked` has (destination, source port,
    payload) of each question."""

    def __init__(
        self,
        port: int,
        answers: tuple[bytes, ...],
        *,
        group: str | None = None,
        to: tuple[str, int] | None = None,
        answer_port: Callable[[bytes], int] | None = None,
    ) -> None:
        super().__init__(daemon=True)
        self.asked: list[tuple[str, int, bytes]] = []
        self._answers = answers
        self._to = to
        self._answer_port = answer_port
        self._done = threading.Event()
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.settimeout(0.05)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"dev0")
        self._sock.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
        own = socket.inet_aton("10.97.0.2")
        self._sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
        self._sock.bind(("", port))
        if group is not None:
            member = socket.inet_aton(group) + own
            self._sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)

    def run(self) -> None:
        while not self._done.is_set():
            try:
                data, extra, _, peer = self._sock.recvmsg(65536, 64)
            except TimeoutError:
                continue
            if peer[0] == "10.97.0.2":
                continue  # its own broadcast
            target = socket.inet_ntoa(extra[0][2][8:12])
            self.asked.append((target, peer[1], data))
            where = self._to or (peer[0], peer[1])
            if self._answer_port is not None:
                where = (where[0], self._answer_port(data))
            for answer in self._answers:
                self._sock.sendto(answer, where)

    def __enter__(self) -> VendorDevice:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
        self._sock.close()


QUICK = replace(PROFILES["thorough"], ask_seconds=0.2, listen_seconds=0.3)


class Inquired:
    """What came of one inquiry of the wire: `fields` maps field to value of all evidence."""

    def __init__(self, bench: Bench, method: Any, device: VendorDevice) -> None:
        self.method = method
        self.sightings = bench.sightings
        self.skips = bench.skips
        self.contacts = bench.contacts
        self.asked = device.asked
        self.fields = {e.field: e.value for s in bench.sightings for e in s.evidence}

    @property
    def destinations(self) -> set[str]:
        return {target for target, _, _ in self.asked}

    @property
    def source_ports(self) -> set[int]:
        return {port for _, port, _ in self.asked}


@pytest.fixture
def inquire(bench: Bench, wire: Wire) -> Callable[..., Inquired]:
    """`inquire(kind, port, *samples, ...)`: run one link inquiry against a VendorDevice."""

    def run(kind: Any, port: int, *answers: str | bytes, **how: Any) -> Inquired:
        found = tuple(SAMPLES[a] if isinstance(a, str) else a for a in answers)
        device = wire.inside(wire.far, lambda: VendorDevice(port, found, **how))
        with device:
            method = wire.inside(
                wire.near, lambda: bench.run(kind(), "10.97.0.0/24", profile=QUICK)
            )
        return Inquired(bench, method, device)

    return run


@pytest.fixture(scope="session")
def samples() -> dict[str, bytes]:
    return SAMPLES


# A process of its own, so that the sweep under test does not share its interpreter: it ends when
# a line arrives, after everything that has passed by then.
RECORDER = """
import select, socket, struct, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
sock.setsockopt(socket.SOL_SOCKET, 35, 1)
sock.bind((sys.argv[1], 0))
sock.setblocking(False)
print("ready", flush=True)
with open(sys.argv[2], "wb") as out:
    asked = False
    while True:
        if not asked and sys.stdin in select.select([sock, sys.stdin], [], [])[0]:
            asked = True
        try:
            frame, ancillary, _, _ = sock.recvmsg(256, 64)
        except BlockingIOError:
            if asked:
                break
            continue
        seconds, nano = struct.unpack("@qq", ancillary[0][2][:16])
        out.write(struct.pack("=dI", seconds + nano / 1e9, len(frame)) + frame)
"""


# Passes frames between two interfaces of its namespace, each after a delay.
RELAY = """
import heapq, select, socket, sys, time
socks = []
for name in ("ra", "rb"):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)
    sock.bind((name, 0))
    sock.setblocking(False)
    socks.append(sock)
print("ready", flush=True)
queue, count = [], 0
while True:
    left = max(0.0, queue[0][0] - time.monotonic()) if queue else None
    for sock in select.select([*socks, sys.stdin], [], [], left)[0]:
        if sock is sys.stdin:
            raise SystemExit
        try:
            while True:
                frame, origin = sock.recvfrom(2048)
                if origin[2] != 4:
                    count += 1
                    other = socks[1 - socks.index(sock)]
                    at = time.monotonic() + float(sys.argv[1])
                    heapq.heappush(queue, (at, count, other, frame))
        except BlockingIOError:
            pass
    while queue and queue[0][0] <= time.monotonic():
        _, _, other, frame = heapq.heappop(queue)
        other.send(frame)
"""


class Segment:
    """A scanner's namespace and one that holds any number of hosts, a veth between them.

    Near: cam0 10.97.0.1/24 and fd97::1/64; far: dev0 10.97.0.2 and fd97::2, `answers` gives it
    more addresses, on-link or routed; what it was not given is silent.
    """

    def __init__(self, wire: Wire) -> None:
        self.near, self.far = wire.near, wire.far
        self.inside = wire.inside
        self._held: list[Any] = []
        for setting in ("icmp_ratelimit=0", "tcp_max_syn_backlog=65536"):
            self.command(self.far, "sysctl", "-qw", f"net.ipv4.{setting}")
        for namespace, last in ((self.near, 1), (self.far, 2)):
            name = "cam0" if last == 1 else "dev0"
            self.command(namespace, *f"ip address add fd97::{last}/64 dev {name} nodad".split())

    def command(self, namespace: str, *words: str, text: str | None = None) -> str:
        done = subprocess.run(
            ["ip", "netns", "exec", namespace, *words], input=text, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr}")
        return done.stdout

    def answers(self, *prefixes: str) -> None:
        """The far end answers for these addresses or networks."""
        lines = "".join(f"route add local {prefix} dev lo\n" for prefix in prefixes)
        self.command(self.far, "ip", "-batch", "-", text=lines)

    def routed(self, cidr: str) -> None:
        """A network behind the far end; silent but for `answers`."""
        self.command(self.near, "ip", "route", "add", cidr, "via", "10.97.0.2")
        self.command(self.far, "ip", "route", "add", "blackhole", cidr)

    def listen(self, *ports: int) -> None:
        """Every address of the far end accepts connections on these ports."""

        def opened() -> None:
            for port in ports:
                sock = socket.socket(socket.AF_INET6)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                sock.bind(("::", port))
                sock.listen(4096)
                self._held.append(sock)

        self.inside(self.far, opened)

    def rule(self, hook: str, rule: str) -> None:
        """An nftables rule of the far end."""
        if shutil.which("nft") is None:
            pytest.skip("a firewall needs nftables")
        chain = f"add chain inet t {hook} {{ type filter hook {hook} priority -300 ; }}"
        try:
            for line in ("add table inet t", chain, f"add rule inet t {hook} {rule}"):
                self.command(self.far, "nft", line)
        except RuntimeError as error:
            pytest.skip(f"this kernel has no such rule: {error}")

    def lose(self, percent: int) -> None:
        """So many of a hundred TCP packets are lost, each way."""
        for hook in ("prerouting", "output"):
            self.rule(hook, f"meta l4proto tcp numgen random mod 100 < {percent} drop")

    @contextlib.contextmanager
    def capture(self, folder: Path, namespace: str, interface: str) -> Iterator[list[Any]]:
        """(seconds, frame) of everything on an interface, by the kernel's clock."""
        path = folder / "frames"
        child = subprocess.Popen(
            [
                "ip",
                "netns",
                "exec",
                namespace,
                sys.executable,
                "-c",
                RECORDER,
                interface,
                str(path),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        frames: list[Any] = []
        try:
            yield frames
        finally:
            child.communicate(b"stop\n")
            raw, at = path.read_bytes(), 0
            while at < len(raw):
                seconds, size = struct.unpack_from("=dI", raw, at)
                frames.append((seconds, raw[at + 12 : at + 12 + size]))
                at += 12 + size

    @contextlib.contextmanager
    def delayed(self, seconds: float) -> Iterator[None]:
        """A second wire, cam1 10.94.0.1 to 10.94.0.2, on which everything takes its time."""
        middle = f"{self.far}m"
        _ip("netns", "add", middle)
        try:
            for near, name, inner, last in (
                (self.near, "cam1", "ra", 1),
                (self.far, "dev1", "rb", 2),
            ):
                _ip(
                    "link",
                    "add",
                    name,
                    "netns",
                    near,
                    "type",
                    "veth",
                    "peer",
                    inner,
                    "netns",
                    middle,
                )
                _ip("-n", near, "address", "add", f"10.94.0.{last}/24", "dev", name)
                _ip("-n", near, "link", "set", name, "up")
                _ip("-n", middle, "link", "set", inner, "up")
                # What passes through a program needs its checksums in place.
                self.inside(near, lambda name=name: _without_checksum_offload(name))
            relay = subprocess.Popen(
                ["ip", "netns", "exec", middle, sys.executable, "-c", RELAY, str(seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert relay.stdout is not None
            assert relay.stdout.readline() == b"ready\n"
            try:
                yield
            finally:
                relay.communicate(b"stop\n")
        finally:
            _ip("netns", "del", middle)

    def close(self) -> None:
        for sock in self._held:
            sock.close()

    def sweep(self, bench: Bench, method: Any, *targets: str, **options: Any) -> Any:
        """Run a method in the near namespace; its Method."""
        return self.inside(self.near, lambda: bench.run(method, *targets, **options))


def _without_checksum_offload(name: str) -> None:
    """ethtool(8) `-K NAME tx off`, for a machine without that program."""
    import fcntl

    value = ctypes.create_string_buffer(struct.pack("=II", 0x17, 0), 8)  # ETHTOOL_STXCSUM
    request = struct.pack("16sP16x", name.encode(), ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8946, request)  # SIOCETHTOOL


def syns(frames: list[Any]) -> list[tuple[float, str, int]]:
    """(seconds, address, port) of the IPv4 SYNs among captured frames."""
    return [
        (at, socket.inet_ntoa(f[30:34]), int.from_bytes(f[36:38], "big"))
        for at, f in frames
        if f[12:14] == b"\x08\x00" and f[23] == 6 and f[47] == 2
    ]


@pytest.fixture(name="syns")
def syns_fixture() -> Callable[[list[Any]], list[tuple[float, str, int]]]:
    return syns


@pytest.fixture
def segment(wire: Wire) -> Iterator[Segment]:
    made = Segment(wire)
    yield made
    made.close()
