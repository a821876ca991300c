"""Everything that leaves and enters a network namespace, taken apart; no camscan code is used.

Loaded by conftest.py. Times are seconds of the kernel's wall clock, taken where a frame passes.
"""

from __future__ import annotations

import contextlib
import ctypes
import ipaddress
import os
import socket
import struct
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

FIN, SYN, RST, ACK = 1, 2, 4, 16
_CLONE_NEWNET = 0x40000000
_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_OUTGOING = 4
_ALL = 3


class Packet(NamedTuple):
    """One frame. `kind` is tcp, udp, icmp, icmp6, arp or other; ports are 0 where there are none.

    `payload` is what follows the header of `kind` (for arp and icmp the whole message).
    """

    at: float
    interface: str
    out: bool
    kind: str
    source: str
    target: str
    sport: int = 0
    dport: int = 0
    flags: int = 0
    seq: int = 0
    payload: bytes = b""


class Connection(NamedTuple):
    """One TCP connection that left the namespace, from its SYN to the first sign of its end.

    `sent` is every byte in order; `received` counts bytes that arrived, repeats included.
    """

    at: float
    target: str
    port: int
    sport: int
    syns: int
    opened: bool
    ended: float | None
    sent: bytes
    received: int
    last: float


def inside(namespace: str, function: Callable[[], Any]) -> Any:
    """What `function` returns in a thread of `namespace`."""
    result: list[Any] = []
    fault: list[BaseException] = []

    def work() -> None:
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            with Path("/run/netns", namespace).open("rb") as handle:
                if libc.setns(handle.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"setns {namespace}")
            result.append(function())
        except BaseException as caught:  # noqa: BLE001 - handed to the caller's thread
            fault.append(caught)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if fault:
        raise fault[0]
    return result[0]


class Capture:
    """Frames of every interface of one namespace. `packets` takes apart what has been seen."""

    def __init__(self, namespace: str) -> None:
        self._frames: list[tuple[float, str, bool, bytes]] = []
        self._sock: socket.socket = inside(namespace, self._open)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    @staticmethod
    def _open() -> socket.socket:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.settimeout(0.05)
        return sock

    def _read(self) -> None:
        while True:
            try:
                data, extra, _, address = self._sock.recvmsg(70_000, 128)
            except TimeoutError:
                if self._stop.is_set():
                    return
                continue
            seconds, nanos = struct.unpack("@qq", extra[0][2][:16])
            self._frames.append((seconds + nanos / 1e9, address[0], address[2] == _OUTGOING, data))

    def close(self) -> None:
        """Read what is left, then end; fails when the kernel had to drop frames."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            _, dropped = struct.unpack("@II", self._sock.getsockopt(263, 6, 8))
            self._sock.close()
            assert not dropped, f"the capture lost {dropped} frames and proves nothing"

    @property
    def packets(self) -> list[Packet]:
        """All frames so far, in order."""
        return [_parse(*frame) for frame in self._frames]

    @property
    def left(self) -> list[Packet]:
        """The frames that left."""
        return [packet for packet in self.packets if packet.out]


@contextlib.contextmanager
def capture(namespace: str) -> Iterator[Capture]:
    """Everything on every interface of `namespace` for the time of the block."""
    running = Capture(namespace)
    try:
        yield running
    finally:
        running.close()


def connections(packets: Iterable[Packet]) -> list[Connection]:
    """The TCP connections of the namespace's own making, in order of their SYNs.

    A SYN with the same ports and sequence number as an earlier one is a repeat of it. A
    connection has ended when this side said FIN or RST, or the other said RST.
    """
    found: list[dict[str, Any]] = []
    current: dict[tuple[str, int, int], dict[str, Any]] = {}
    for packet in packets:
        if packet.kind != "tcp":
            continue
        if packet.out:
            key = (packet.target, packet.dport, packet.sport)
            one = current.get(key)
            if packet.flags & (SYN | ACK) == SYN:
                if one is not None and one["seq"] == packet.seq:
                    one["syns"] += 1
                    continue
                one = current[key] = {
                    "at": packet.at,
                    "key": key,
                    "seq": packet.seq,
                    "syns": 1,
                    "opened": False,
                    "ended": None,
                    "pieces": {},
                    "received": 0,
                    "last": packet.at,
                }
                found.append(one)
                continue
            if one is None:
                continue
            if packet.payload:
                offset = (packet.seq - one["seq"] - 1) % (1 << 32)
                one["pieces"][offset] = max(one["pieces"].get(offset, b""), packet.payload, key=len)
            if packet.flags & (FIN | RST) and one["ended"] is None:
                one["ended"] = packet.at
        else:
            one = current.get((packet.source, packet.sport, packet.dport))
            if one is None:
                continue
            if packet.flags & (SYN | ACK) == SYN | ACK:
                one["opened"] = True
            one["received"] += len(packet.payload)
            if packet.flags & RST and one["ended"] is None:
                one["ended"] = packet.at
        one["last"] = packet.at
    return [_connection(one) for one in found]


def _connection(one: dict[str, Any]) -> Connection:
    sent = bytearray()
    for offset, piece in sorted(one["pieces"].items()):
        assert offset <= len(sent), "a gap in what left: the capture is not whole"
        sent[offset : offset + len(piece)] = piece
    target, port, sport = one["key"]
    return Connection(
        at=one["at"],
        target=target,
        port=port,
        sport=sport,
        syns=one["syns"],
        opened=one["opened"],
        ended=one["ended"],
        sent=bytes(sent),
        received=one["received"],
        last=one["last"],
    )


def by_target(found: Iterable[Connection]) -> dict[str, list[Connection]]:
    """Connections per address, each in order of time."""
    grouped: dict[str, list[Connection]] = defaultdict(list)
    for one in found:
        grouped[one.target].append(one)
    return grouped


def _parse(at: float, interface: str, out: bool, frame: bytes) -> Packet:
    ethertype = int.from_bytes(frame[12:14])
    body = frame[14:]
    head = (at, interface, out)
    if ethertype == 0x0806:
        sender, target = (_address(body[k : k + 4]) for k in (14, 24))
        return Packet(*head, "arp", sender, target, payload=body)
    if ethertype == 0x0800:
        length = (body[0] & 15) * 4
        source, target = (_address(body[k : k + 4]) for k in (12, 16))
        inner = body[length : int.from_bytes(body[2:4]) or len(body)]
        return _transport(head, body[9], source, target, inner)
    if ethertype == 0x86DD:
        source, target = (_address(body[k : k + 16]) for k in (8, 24))
        following, inner = body[6], body[40 : 40 + int.from_bytes(body[4:6])]
        if following == 0:  # hop-by-hop options, as on MLD reports
            following, inner = inner[0], inner[(inner[1] + 1) * 8 :]
        return _transport(head, following, source, target, inner)
    return Packet(*head, "other", frame[6:12].hex(":"), frame[:6].hex(":"), payload=frame)


def _transport(
    head: tuple[float, str, bool], protocol: int, source: str, target: str, data: bytes
) -> Packet:
    if protocol == 6:
        sport, dport, seq = struct.unpack("!HHI", data[:8])
        offset = (data[12] >> 4) * 4
        return Packet(
            *head, "tcp", source, target, sport, dport, data[13], seq, bytes(data[offset:])
        )
    if protocol == 17:
        sport, dport, length = struct.unpack("!HHH", data[:6])
        return Packet(*head, "udp", source, target, sport, dport, payload=bytes(data[8:length]))
    kind = {1: "icmp", 58: "icmp6"}.get(protocol, "other")
    return Packet(*head, kind, source, target, payload=bytes(data))


def _address(packed: bytes) -> str:
    return str(ipaddress.ip_address(packed))


def ip(*arguments: str) -> str:
    """Run iproute2; what it prints. Fails with what it says."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def settled(namespace: str) -> None:
    """Wait until no IPv6 address is tentative: before that nothing can be sent from it."""
    deadline = 100
    wait = threading.Event()
    while "tentative" in ip("-n", namespace, "-6", "addr", "show") and deadline:
        wait.wait(0.05)
        deadline -= 1
    assert deadline, "IPv6 addresses stayed tentative for 5 s"


class Namespaces:
    """Network namespaces of these tests; all are gone after `close`."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def add(self, word: str) -> str:
        """A new namespace with its loopback up; IPv6 addresses there serve at once."""
        name = f"camscan-prm-{os.getpid()}-{len(self._names)}-{word}"
        ip("netns", "add", name)
        self._names.append(name)
        setting = Path("/proc/sys/net/ipv6/conf/default/accept_dad")
        inside(name, lambda: setting.exists() and setting.write_text("0"))
        ip("-n", name, "link", "set", "lo", "up")
        return name

    def wire(self, near: str, name: str, address: str, far: str, peer: str) -> None:
        """A veth pair: `name` with `address`/24 in `near`, `name` with `peer`/24 in `far`."""
        ip("link", "add", name, "netns", near, "type", "veth", "peer", name, "netns", far)
        for namespace, own in ((near, address), (far, peer)):
            ip("-n", namespace, "addr", "add", f"{own}/24", "brd", "+", "dev", name)
            ip("-n", namespace, "link", "set", name, "multicast", "on", "up")

    def close(self) -> None:
        """Remove them."""
        while self._names:
            ip("netns", "del", self._names.pop())
