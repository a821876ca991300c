"""A routed network of 65,536 addresses in which some answer: two namespaces and a veth."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NETWORK = "10.98.0.0/16"
SOURCE, ROUTER = "10.97.0.1", "10.97.0.2"
HOSTS = 212
OPEN = (80, 554, 8000)


class Far:
    """`near` is the scanner's namespace, with cam0; `far` holds the hosts behind dev0."""

    def __init__(self) -> None:
        self.near, self.far = f"cbn{os.getpid()}", f"cbf{os.getpid()}"
        self._listening: list[socket.socket] = []

    @classmethod
    @contextlib.contextmanager
    def up(cls, hosts: int = HOSTS) -> Iterator[Far]:
        """Make it, with `hosts` hosts that have OPEN open and refuse every other port."""
        one = cls()
        try:
            one._make(hosts)
            yield one
        finally:
            for sock in one._listening:
                sock.close()
            for name in (one.near, one.far):
                subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def prefix(self, *words: str) -> list[str]:
        """The argv of a command in the scanner's namespace."""
        return ["ip", "netns", "exec", self.near, *words]

    def router_mac(self) -> str:
        shown = subprocess.run(
            ["ip", "-n", self.far, "-o", "link", "show", "dev0"], capture_output=True, text=True
        )
        return shown.stdout.split("link/ether ")[1].split()[0]

    @contextlib.contextmanager
    def counted(self) -> Iterator[list[tuple[float, int]]]:
        """(seconds, packets so far) that came out of the scanner, every few milliseconds."""
        samples: list[tuple[float, int]] = []
        stop = threading.Event()

        def count() -> None:
            path = Path("/proc/thread-self/net/dev")
            while not stop.is_set():
                line = next(x for x in path.read_text().splitlines() if "dev0:" in x)
                samples.append((time.monotonic(), int(line.split()[2])))
                stop.wait(0.01)

        thread = threading.Thread(target=lambda: self._inside(self.far, count))
        thread.start()
        try:
            yield samples
        finally:
            stop.set()
            thread.join()

    def _make(self, hosts: int) -> None:
        for name in (self.near, self.far):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip(
            *("link", "add", "cam0", "netns", self.near),
            *("type", "veth", "peer", "dev0", "netns", self.far),
        )
        for name, link, own in ((self.near, "cam0", SOURCE), (self.far, "dev0", ROUTER)):
            _ip("-n", name, "address", "add", f"{own}/30", "dev", link)
            _ip("-n", name, "link", "set", link, "up")
        _ip("-n", self.near, "route", "add", NETWORK, "via", ROUTER)
        _ip("-n", self.far, "route", "add", "blackhole", NETWORK)
        chosen = random.Random(1).sample(range(1, 65_535), hosts)
        lines = "".join(f"route add local 10.98.{n >> 8}.{n & 255}/32 dev lo\n" for n in chosen)
        subprocess.run(["ip", "-n", self.far, "-batch", "-"], input=lines, text=True, check=True)
        for setting in ("icmp_ratelimit=0", "tcp_max_syn_backlog=65536"):
            subprocess.run(
                ["ip", "netns", "exec", self.far, "sysctl", "-qw", f"net.ipv4.{setting}"],
                check=True,
            )
        self._inside(self.far, self._listen)

    def _listen(self) -> None:
        for port in OPEN:
            self._listening.append(socket.create_server(("", port), backlog=4096))

    def _inside(self, namespace: str, function: Callable[[], Any]) -> None:
        def work() -> None:
            with Path("/run/netns", namespace).open() as handle:
                os_setns(handle.fileno())
            function()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()


def os_setns(number: int) -> None:
    """setns(2); Python has it as os.setns from 3.12 on only."""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).setns(number, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
