"""A segment of real software: a router with a bridge, one namespace per peer, two scanners.

    near 10.77.0.2 ──┐
    peers 10.77.0.x ─┴─ br0 10.77.0.1 [router] 10.77.1.1 ── 10.77.1.2 far

`near` is on the peers' link, `far` behind the router. Each namespace has its own loopback, ports
and MAC address, so every program keeps its usual ports and multicast groups.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

PREFIX = "camscan-peers-"
SEGMENT = "10.77.0.0/26"
ROUTER = "10.77.0.1"
NEAR = "10.77.0.2"
FAR = "10.77.1.2"
_FAR_ROUTER = "10.77.1.1"
INTERFACE = "eth0"


class Network:
    """The namespaces; `prefix(name)` is the argv that runs a command in one of them."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._made: list[str] = []

    @classmethod
    @contextlib.contextmanager
    def up(cls, name: str = "") -> Iterator[Network]:
        """Router and both scanners; everything is removed when the block ends. Networks that are
        up at the same time need names."""
        _remove_stale()
        network = cls(f"{PREFIX}{os.getpid()}{name and '-'}{name}")
        try:
            network._make()
            yield network
        finally:
            network._remove()

    def prefix(self, name: str) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self._full(name))

    def add_peer(self, name: str, address: str) -> str:
        """A namespace on the segment's bridge; returns the MAC address it was given."""
        mac = "02:77:" + ":".join(f"{int(part):02x}" for part in address.split("."))
        self._add(name)
        port = f"p{address.rpartition('.')[2]}"
        _ip(
            "link", "add", port, "netns", self._full("router"), "type", "veth",
            "peer", "name", INTERFACE, "address", mac, "netns", self._full(name),
        )  # fmt: skip
        self._batch("router", f"link set {port} master br0 up")
        self._batch(
            name,
            "link set lo up",
            f"addr add {address}/26 brd + dev {INTERFACE}",
            f"link set {INTERFACE} multicast on up",
            f"route add default via {ROUTER}",
            f"route add 224.0.0.0/4 dev {INTERFACE}",
        )
        return mac

    def _make(self) -> None:
        self._add("router")
        self._batch(
            "router",
            "link set lo up",
            # No spanning tree and no snooping querier: a port forwards as soon as it is up.
            "link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0",
            f"addr add {ROUTER}/26 brd + dev br0",
            "link set br0 up",
        )
        self.add_peer("near", NEAR)
        self._add("far")
        _ip(
            "link", "add", "far0", "netns", self._full("router"), "type", "veth",
            "peer", "name", INTERFACE, "netns", self._full("far"),
        )  # fmt: skip
        self._batch("router", f"addr add {_FAR_ROUTER}/30 dev far0", "link set far0 up")
        self._batch(
            "far",
            "link set lo up",
            f"addr add {FAR}/30 dev {INTERFACE}",
            f"link set {INTERFACE} up",
            f"route add default via {_FAR_ROUTER}",
        )
        run([*self.prefix("router"), "sysctl", "-qw", "net.ipv4.ip_forward=1"])

    def _full(self, name: str) -> str:
        return f"{self._stem}-{name}"

    def _add(self, name: str) -> None:
        _ip("netns", "add", self._full(name))
        self._made.append(self._full(name))

    def _batch(self, name: str, *lines: str) -> None:
        run(["ip", "-n", self._full(name), "-batch", "-"], text="\n".join(lines) + "\n")

    def _remove(self) -> None:
        for name in reversed(self._made):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def run(command: Sequence[str], *, text: str | None = None) -> None:
    """Run a command; an AssertionError says what it printed when it fails."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"


def _ip(*arguments: str) -> None:
    run(["ip", *arguments])


def _remove_stale() -> None:
    """Namespaces of earlier test runs that were killed, with what still runs in them."""
    root = Path("/run/netns")
    for path in root.iterdir() if root.is_dir() else ():
        owner = re.match(rf"{PREFIX}(\d+)-", path.name)
        if owner is None or Path("/proc", owner.group(1)).exists():
            continue
        left = subprocess.run(
            ["ip", "netns", "pids", path.name], check=False, capture_output=True, text=True
        )
        for pid in left.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", path.name], check=False, capture_output=True)
