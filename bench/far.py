"""A routed network of 65,536 addresses in which some answer: two namespaces and a veth."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
from collections.abc import Iterator, Sequence

from bench.counter import Samples, counted, inside
from bench.line import line
from camscan.lab.estate import Estate
from camscan.lab.process import ServerProcess

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
    def up(
        cls, addresses: Sequence[str] = (), *, loss: float = 0.0, delay: float = 0.0
    ) -> Iterator[Far]:
        """Make it, with HOSTS hosts that have OPEN open and refuse every other port.

        With `addresses`, those are up instead, and whoever is run in `far` answers for them. Of
        the frames of each direction the part `loss` is lost, others are `delay` seconds late.
        """
        one = cls()
        with contextlib.ExitStack() as stack:
            stack.callback(one._remove)
            for name in (one.near, one.far):
                _ip("netns", "add", name)
                _ip("-n", name, "link", "set", "lo", "up")
            if loss or delay:
                ends = (one.near, "cam0"), (one.far, "dev0")
                stack.enter_context(line(*ends, loss=loss, delay=delay))
            else:
                _ip(
                    *("link", "add", "cam0", "netns", one.near),
                    *("type", "veth", "peer", "dev0", "netns", one.far),
                )
            one._make(addresses or _some())
            if not addresses:
                inside(one.far, one._listen)
            yield one

    @contextlib.contextmanager
    def serving(self, estate: Estate, base: str) -> Iterator[None]:
        """The devices of `estate` answer behind dev0."""
        arguments = ["--base", base, "--interface", "dev0"]
        server = ServerProcess(estate, arguments, ["ip", "netns", "exec", self.far])
        try:
            server.wait_ready()
            yield
        finally:
            server.stop()

    def prefix(self, *words: str) -> list[str]:
        """The argv of a command in the scanner's namespace."""
        return ["ip", "netns", "exec", self.near, *words]

    def router_mac(self) -> str:
        shown = subprocess.run(
            ["ip", "-n", self.far, "-o", "link", "show", "dev0"], capture_output=True, text=True
        )
        return shown.stdout.split("link/ether ")[1].split()[0]

    @contextlib.contextmanager
    def counted(self) -> Iterator[Samples]:
        """(seconds, packets so far) that came out of the scanner, every few milliseconds."""
        with counted(self.far, "dev0") as samples:
            yield samples

    def _remove(self) -> None:
        for sock in self._listening:
            sock.close()
        for name in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def _make(self, addresses: Sequence[str]) -> None:
        for name, link, own in ((self.near, "cam0", SOURCE), (self.far, "dev0", ROUTER)):
            _ip("-n", name, "address", "add", f"{own}/30", "dev", link)
            _ip("-n", name, "link", "set", link, "up")
        _ip("-n", self.near, "route", "add", NETWORK, "via", ROUTER)
        _ip("-n", self.far, "route", "add", "blackhole", NETWORK)
        lines = "".join(f"route add local {address}/32 dev lo\n" for address in addresses)
        subprocess.run(["ip", "-n", self.far, "-batch", "-"], input=lines, text=True, check=True)
        for setting in ("icmp_ratelimit=0", "tcp_max_syn_backlog=65536"):
            subprocess.run(
                ["ip", "netns", "exec", self.far, "sysctl", "-qw", f"net.ipv4.{setting}"],
                check=True,
            )

    def _listen(self) -> None:
        for port in OPEN:
            self._listening.append(socket.create_server(("", port), backlog=4096))


def _some() -> list[str]:
    chosen = random.Random(1).sample(range(1, 65_535), HOSTS)
    return [f"10.98.{number >> 8}.{number & 255}" for number in chosen]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
