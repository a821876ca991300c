"""Passive listening in network namespaces: crafted frames, real software, and nothing is sent."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import importlib.util
import json
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

from camscan.discovery.passive import Passive
from camscan.model.coverage import Method, MethodStatus
from camscan.model.status import Status

pytestmark = [pytest.mark.root, pytest.mark.slow(15)]
TESTS = Path(__file__).parents[1]
CAMERA = bytes.fromhex("accc8e000001")
OTHER = bytes.fromhex("c42f90000002")
ROUTER = bytes.fromhex("001daa000001")


def _hand_made() -> Any:
    spec = importlib.util.spec_from_file_location("hand_made", TESTS / "sources" / "wire.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made = _hand_made()


def sample(name: str) -> bytes:
    for line in (TESTS / "protocols" / "data" / "samples.jsonl").read_text().splitlines():
        found = json.loads(line)
        if found["id"] == name:
            data = found["data"]
            return bytes.fromhex(data) if found["encoding"] == "hex" else data.encode()
    raise LookupError(name)


class Listening:
    """One run of Passive in `near`, ended by `end`, which returns its Method."""

    def __init__(self, wire, bench, *targets: str, seconds: float = 60.0) -> None:
        self.bench = bench
        self.method: Method | None = None
        self._wire = wire
        self._targets = targets
        self._seconds = seconds
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        self._await_sockets()

    def _work(self) -> None:
        self._wire.inside(self._wire.near, lambda: asyncio.run(self._go()))

    async def _go(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        context = self.bench.context(*self._targets)
        with contextlib.suppress(asyncio.CancelledError):
            self.method = await Passive(self._seconds).run(context, self._sighting)

    def _sighting(self, sighting) -> None:
        with self._arrived:
            self.bench.sightings.append(sighting)
            self._arrived.notify_all()

    def _await_sockets(self) -> None:
        """Until the kernel lists the packet socket of the listener."""
        end = time.monotonic() + 10
        while time.monotonic() < end and self._thread.is_alive():
            if _hears(self._wire):
                return
            time.sleep(0.02)
        pytest.fail("Passive does not listen")

    def wait(self, condition: Callable[[], bool], seconds: float = 30.0) -> bool:
        with self._arrived:
            return self._arrived.wait_for(condition, seconds)

    def end(self) -> None:
        """Interrupt it, as Ctrl-C does."""
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def said(self, address: str) -> list[tuple[str, str]]:
        return [
            (item.field, item.value)
            for sighting in self.bench.sightings
            if sighting.address == address
            for item in sighting.evidence
        ]

    def fields(self, address: str) -> set[str]:
        return {field for field, _ in self.said(address)}


def _hears(wire) -> bool:
    """Whether a packet socket for all protocols is open in `near`."""
    listed = wire.inside(wire.near, lambda: Path("/proc/thread-self/net/packet").read_text())
    return " 0003 " in listed


@contextlib.contextmanager
def watched(wire) -> Iterator[list[bytes]]:
    """Every frame that arrives at the far end of the wire, thus what `near` sent."""

    def opened() -> socket.socket:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        sock.bind(("dev0", 3))
        sock.settimeout(0.05)
        return sock

    sock = wire.inside(wire.far, opened)
    seen: list[bytes] = []
    stop = threading.Event()

    def read() -> None:
        while True:
            try:
                data, sender = sock.recvfrom(65536)
            except TimeoutError:
                if stop.is_set():
                    return
                continue
            if sender[2] != 4:
                seen.append(data)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
        sock.close()


def quiet(wire) -> None:
    """Without IPv6, whose kernels speak of their own accord."""
    for namespace, name in ((wire.near, "cam0"), (wire.far, "dev0")):
        key = f"net.ipv6.conf.{name}.disable_ipv6=1"
        subprocess.run(["ip", "netns", "exec", namespace, "sysctl", "-qw", key], check=True)


def send(wire, *frames: bytes) -> None:
    def work() -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
            sock.bind(("dev0", 0))
            for frame in frames:
                sock.send(frame)

    wire.inside(wire.far, work)


def datagram(payload: bytes, ports: tuple[int, int], *, to: str, source: str, mac: bytes) -> bytes:
    return made.ethernet(made.ip(source, to, 17, made.udp(*ports, payload)), source=mac)


def fragments(payload: bytes, ports: tuple[int, int], *, to: str, source: str, mac: bytes):
    """The same in as many IP fragments as it takes."""
    body = made.udp(*ports, payload)
    for at in range(0, len(body), 1480):
        part = body[at : at + 1480]
        more = 0x2000 if at + 1480 < len(body) else 0
        packet = made.ip(source, to, 17, part, fragment=more | at // 8)
        yield made.ethernet(packet, source=mac)


def frames() -> list[bytes]:
    """Two cameras and a router that say everything there is."""
    alive = sample("ssdp-axis-m1014-byebye").replace(b"byebye", b"alive")
    hello = sample("wsd-631ga-no-types")
    own = {"source": "10.97.0.20", "mac": CAMERA}
    discover = made.dhcp(((53, b"\1"), (60, sample("dhcp60-1"))), mac=OTHER)
    ack = made.dhcp(((53, b"\5"),), mac=OTHER, reply=True, given="10.97.0.30")
    lldp = made.lldp((1, b"\4" + CAMERA), (2, b"\5eth0"), (3, b"\0\x78"), (6, b"Acme camera"))
    platform = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00\x02\xb4\0\0" + struct.pack(">HH", 6, 8) + b"CDP1"
    return [
        made.arp("10.97.0.20", CAMERA),
        datagram(alive, (40000, 1900), to="239.255.255.250", **own),
        *fragments(hello, (3702, 3702), to="239.255.255.250", **own),
        datagram(sample("mdns-axis")[:-14], (5353, 5353), to="224.0.0.251", source="169.254.65.120",
                 mac=CAMERA),
        datagram(discover, (68, 67), to="255.255.255.255", source="0.0.0.0", mac=OTHER),
        datagram(ack, (67, 68), to="255.255.255.255", source="10.97.0.254", mac=ROUTER),
        b"\x01\x80\xc2\0\0\x0e" + CAMERA + b"\x88\xcc" + lldp,
        b"\x01\x00\x0c\xcc\xcc\xcc" + CAMERA + struct.pack(">H", len(platform)) + platform,
        made.arp("192.168.1.64", bytes.fromhex("c42f90000003")),
    ]  # fmt: skip


def test_everything_is_heard_and_nothing_is_sent(wire, bench) -> None:
    quiet(wire)
    with watched(wire) as seen:
        listening = Listening(wire, bench, "10.97.0.0/24")
        send(wire, *frames())
        assert listening.wait(lambda: "192.168.1.64" in {s.address for s in bench.sightings})
        listening.end()
    assert seen == []
    assert bench.contacts == []
    assert listening.fields("10.97.0.20") >= {
        "ssdp.server", "ssdp.st", "ssdp.usn", "wsd.endpoint", "wsd.xaddr",
        "lldp.sysdescr", "cdp.platform", "mac.address", "mac.oui",
    }  # fmt: skip
    assert ("dhcp.vendor_class", "AXIS,Network Camera,P3343,5.20.3") in listening.said("10.97.0.30")
    assert ("mac.address", OTHER.hex(":")) in listening.said("10.97.0.30")
    assert "mdns.service" in listening.fields("169.254.65.120")
    scope = {sighting.address: sighting.on_scope for sighting in bench.sightings}
    assert scope["10.97.0.20"]
    assert not scope["192.168.1.64"]
    assert not scope["169.254.65.120"]
    assert {sighting.status for sighting in bench.sightings} == {Status.OK}
    (skip,) = [skip for skip in bench.skips if skip.what == "senders elsewhere"]
    assert "never contacted" in skip.reason


def test_the_announcements_of_makers(wire, bench) -> None:
    quiet(wire)
    xm, tvt = sample("xm-besder"), sample("tvt-announce-lobby")
    listening = Listening(wire, bench, "10.97.0.0/24")
    send(
        wire,
        datagram(xm, (34569, 34569), to="255.255.255.255", source="10.97.0.40", mac=OTHER),
        datagram(tvt, (23456, 23456), to="234.55.55.56", source="10.97.0.41", mac=OTHER),
    )
    assert listening.wait(
        lambda: {"10.97.0.40", "10.97.0.41"} <= {s.address for s in bench.sightings}
    )
    listening.end()
    assert any(field.startswith("xm.") for field in listening.fields("10.97.0.40"))
    assert any(field.startswith("tvt.") for field in listening.fields("10.97.0.41"))


def test_it_ends_by_itself_and_says_how_it_listened(wire, bench) -> None:
    quiet(wire)
    listening = Listening(wire, bench, "10.97.0.0/24", seconds=1.0)
    send(wire, made.arp("10.97.0.20", CAMERA))
    listening._thread.join(20)
    assert listening.method == Method(
        name="passive",
        status=MethodStatus.DONE,
        sent=0,
        answered=1,
        reason="frames on cam0 (AF_PACKET)",
    )
    assert listening.said("10.97.0.20") == [
        ("mac.address", "ac:cc:8e:00:00:01"), ("mac.oui", "ac:cc:8e"),
    ]  # fmt: skip


def test_without_the_permission_groups_are_heard(wire, bench, monkeypatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("camscan.net.listener.FrameListener", refused)
    heard = threading.Event()
    ready = threading.Event()
    alive = sample("ssdp-axis-m1014-byebye").replace(b"byebye", b"alive")

    def announce() -> None:
        """By a real socket: the kernel of the listener looks at check sums."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            own = socket.inet_aton("10.97.0.2")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            sock.sendto(alive, ("239.255.255.250", 1900))

    def speak() -> None:
        assert ready.wait(10)
        while not heard.is_set():
            send(wire, made.arp("10.97.0.21", CAMERA))
            wire.inside(wire.far, announce)
            heard.wait(0.1)

    async def go() -> Method:
        def sighting(found) -> None:
            bench.sightings.append(found)
            heard.set()

        ready.set()
        return await Passive(2.0).run(bench.context("10.97.0.0/24"), sighting)

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        method = wire.inside(wire.near, lambda: asyncio.run(go()))
    finally:
        heard.set()
        speaker.join()
    assert method.status is MethodStatus.DONE
    assert method.reason.startswith("capturing needs NET_RAW: joined groups and bound ports")
    assert {sighting.address for sighting in bench.sightings} == {"10.97.0.2"}
    assert {e.field for s in bench.sightings for e in s.evidence} == {
        "ssdp.server", "ssdp.st", "ssdp.usn",
    }  # fmt: skip


def test_no_wire_at_all_is_a_skipped_method(bench) -> None:
    async def go() -> Method:
        context = dataclasses.replace(bench.context("127.0.0.1"), interfaces=())
        return await Passive(1.0).run(context, bench.sightings.append)

    method = asyncio.run(go())
    assert method.status is MethodStatus.SKIPPED
    assert method.reason == "no interface is up"


AVAHI = """[server]
host-name=axis-accc8e000001
use-ipv6=no
enable-dbus=no
allow-interfaces=dev0
[publish]
publish-workstation=no
"""
SERVICE = """<service-group><name>AXIS M5014 - ACCC8E000001</name><service>
<type>_axis-video._tcp</type><port>80</port><txt-record>macaddress=ACCC8E000001</txt-record>
</service></service-group>
"""


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"the program {name} is not installed")
    return found


@contextlib.contextmanager
def running(wire, folder: Path, *command: str) -> Iterator[None]:
    """A program in `far`, ended with the block."""
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            ["ip", "netns", "exec", wire.far, *command], stdout=log, stderr=log, cwd=folder
        )
        try:
            yield
        finally:
            child.terminate()
            child.wait(10)


@pytest.mark.peer
def test_avahi(wire, bench, tmp_path: Path) -> None:
    program = _program("avahi-daemon")
    services = tmp_path / "services"
    services.mkdir()
    (services / "axis.service").write_text(SERVICE)
    (tmp_path / "conf").write_text(AVAHI)
    script = (
        f"mount --bind {services} /etc/avahi/services && mkdir -p /run/avahi-daemon && "
        "mount -t tmpfs none /run/avahi-daemon && "
        f"exec {program} -f {tmp_path}/conf --no-drop-root --no-chroot --no-rlimits"
    )
    quiet(wire)
    with watched(wire) as seen:
        listening = Listening(wire, bench, "10.97.0.0/24")
        with running(wire, tmp_path, "unshare", "-m", "sh", "-c", script):
            heard = listening.wait(lambda: "mac.address" in listening.fields("10.97.0.2"))
        listening.end()
    assert heard, (tmp_path / "log").read_text()
    said = listening.said("10.97.0.2")
    assert ("mdns.service", "_axis-video._tcp") in said
    assert ("mdns.instance", "AXIS M5014 - ACCC8E000001") in said
    assert ("mdns.txt", "macaddress=ACCC8E000001") in said
    assert ("mdns.host", "axis-accc8e000001.local") in said
    assert ("mac.address", "ac:cc:8e:00:00:01") in said
    assert seen == []


@pytest.mark.peer
def test_minidlna(wire, bench, tmp_path: Path) -> None:
    program = _program("minidlnad")
    (tmp_path / "conf").write_text(
        f"port=8200\nnetwork_interface=dev0\ndb_dir={tmp_path}\nlog_dir={tmp_path}\n"
        f"media_dir={tmp_path}\nnotify_interval=1\nfriendly_name=peer\n"
    )
    quiet(wire)
    with watched(wire) as seen:
        listening = Listening(wire, bench, "10.97.0.0/24")
        with running(
            wire, tmp_path, program, "-S", "-f", f"{tmp_path}/conf", "-P", f"{tmp_path}/pid"
        ):
            heard = listening.wait(lambda: "ssdp.server" in listening.fields("10.97.0.2"))
        listening.end()
    assert heard, (tmp_path / "log").read_text()
    assert any("MiniDLNA" in value for field, value in listening.said("10.97.0.2"))
    assert seen == []


@pytest.mark.peer
def test_wsdd(wire, bench, tmp_path: Path) -> None:
    program = _program("wsdd")
    quiet(wire)
    with watched(wire) as seen:
        listening = Listening(wire, bench, "10.97.0.0/24")
        with running(wire, tmp_path, program, "-i", "dev0", "-4", "-n", "peer", "-vv"):
            heard = listening.wait(lambda: "wsd.xaddr" in listening.fields("10.97.0.2"))
        listening.end()
    assert heard, (tmp_path / "log").read_text()
    assert "wsd.endpoint" in listening.fields("10.97.0.2")
    assert seen == []


def test_scan_without_a_target_only_listens(wire, tmp_path: Path) -> None:
    """The command as a user runs it: a camera by its DHCP request, and not a frame is sent."""
    quiet(wire)
    output = tmp_path / "run.json"
    command = ["ip", "netns", "exec", wire.near, sys.executable, "-m", "camscan", "scan", "-q"]
    command += ["--passive", "3", "--db", str(tmp_path / "db"), "-o", f"json:{output}"]
    with watched(wire) as seen:
        child = subprocess.Popen(command)
        try:
            while child.poll() is None and not _hears(wire):
                time.sleep(0.02)
            send(wire, *frames())
            assert child.wait(60) == 0
        finally:
            child.kill()
            child.wait(10)
    assert seen == []
    run = json.loads(output.read_bytes())
    assert run["coverage"]["methods"][0]["name"] == "passive"
    assert {method["sent"] for method in run["coverage"]["methods"]} == {0}
    assert (run["run"]["scope"]["targets"], run["coverage"]["targets"]) == ([], 0)
    devices = {device["addresses"][0]: device for device in run["devices"]}
    camera = devices["10.97.0.30"]
    assert (camera["maker"]["id"], camera["class"]["value"]) == ("axis", "camera")
    assert camera["model"]["value"] == "P3343"
    assert devices["192.168.1.64"]["maker"]["id"] == "hikvision"  # by its MAC alone


def test_a_description_counts_only_on_the_sender_itself_and_in_scope(wire, bench) -> None:
    quiet(wire)
    alive = sample("ssdp-axis-m1014-byebye").replace(b"byebye", b"alive")

    def notify(source: str, url: bytes) -> bytes:
        text = alive.replace(b"http://192.168.1.102:45895/rootdesc1.xml", url)
        return datagram(text, (40000, 1900), to="239.255.255.250", source=source, mac=CAMERA)

    with watched(wire) as seen:
        listening = Listening(wire, bench, "10.97.0.0/24")
        send(
            wire,
            notify("10.97.0.20", b"http://10.97.0.20:8080/d.xml"),
            notify("10.97.0.21", b"http://10.97.0.99/d.xml"),
            notify("192.168.1.64", b"http://192.168.1.64/d.xml"),
        )
        assert listening.wait(lambda: "192.168.1.64" in {s.address for s in bench.sightings})
        listening.end()
    assert seen == []
    told = {s.address: s.locations for s in bench.sightings if s.transport == "udp"}
    assert told == {
        "10.97.0.20": ("http://10.97.0.20:8080/d.xml",),
        "10.97.0.21": (),
        "192.168.1.64": (),
    }
