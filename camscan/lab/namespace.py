"""Network namespaces for the lab (Linux, root): a scanner and an estate joined by a veth pair.

The first subnet is on-link: each device there is a macvlan interface, so that it has its own MAC
address and answers ARP itself. The other subnets lie behind the estate's end, as behind a router:
each device address is a local route, everything else of the network is dropped without an answer.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from camscan.errors import LocalFaultError
from camscan.lab.estate import GATEWAY_HOST, Estate

PREFIX = "camscan-lab-"
INTERFACE = "lab0"
SCANNER_HOST = 2
_FIRST_TABLE = 1000
_numbers = itertools.count()

_ESTATE_SETTINGS = {
    "net/ipv4/conf/all/arp_ignore": "1",  # a device answers ARP for its own address only
    "net/ipv4/conf/default/arp_ignore": "1",
    "net/ipv4/conf/all/arp_announce": "2",  # and asks with an address of that interface
    "net/ipv4/conf/default/arp_announce": "2",
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv4/conf/default/rp_filter": "0",
    "net/ipv6/conf/default/accept_dad": "0",  # link-local addresses serve at once
    "net/ipv4/icmp_ratelimit": "0",
    "net/ipv4/tcp_max_syn_backlog": "65536",
    "net/core/somaxconn": "4096",
}
_SCANNER_SETTINGS = {
    "net/ipv4/conf/all/rp_filter": "0",
    "net/ipv6/conf/default/accept_dad": "0",
    "net/ipv4/neigh/default/gc_thresh3": "8192",
}

_IPV6_OFF = {
    "net/ipv6/conf/all/disable_ipv6": "1",
    "net/ipv6/conf/default/disable_ipv6": "1",
}


def device_interface(host: int) -> str:
    """The interface that carries the on-link device at `host` (fourth octet)."""
    return f"d{host}"


def unavailable() -> str | None:
    """Why namespaces cannot be made here, or None. Makes one and removes it again."""
    if not sys.platform.startswith("linux"):
        return "they exist on Linux only"
    if os.geteuid() != 0:
        return "root is needed"
    if shutil.which("ip") is None:
        return "the `ip` program (package iproute2) is missing"
    if not os.access("/proc/sys/net/ipv4/conf/all/arp_ignore", os.W_OK):
        return "/proc/sys is read-only, as in a container"
    name = f"{PREFIX}{os.getpid()}-probe{next(_numbers)}"
    try:
        _run(["ip", "netns", "add", name])
        try:
            _run(["ip", "netns", "exec", name, "true"])
            _run(["ip", "-n", name, "link", "add", "v0", "type", "veth", "peer", "name", "v1"])
            _run(["ip", "-n", name, "link", "add", "link", "v0", "name", "m0", "type", "macvlan"])
        finally:
            _run(["ip", "netns", "del", name])
    except LocalFaultError as error:
        return str(error)
    return None


def stale() -> tuple[str, ...]:
    """Namespaces of labs whose process has ended without removing them."""
    root = Path("/run/netns")
    names = sorted(entry.name for entry in root.iterdir()) if root.is_dir() else []
    found = []
    for name in names:
        match = re.match(rf"{PREFIX}(\d+)-", name)
        if match and not Path(f"/proc/{match.group(1)}").exists():
            found.append(name)
    return tuple(found)


class Network:
    """The two namespaces of one lab; `scanner_prefix` and `estate_prefix` run a command in them."""

    def __init__(self, estate: Estate, base: str, *, ipv6: bool = False) -> None:
        stem = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
        self.scanner = f"{stem}-scan"
        self.estate = f"{stem}-net"
        self.interface = INTERFACE
        self.scanner_prefix = ("ip", "netns", "exec", self.scanner)
        self.estate_prefix = ("ip", "netns", "exec", self.estate)
        self._data = estate
        self._base = base
        self._ipv6 = ipv6

    @classmethod
    @contextlib.contextmanager
    def up(cls, estate: Estate, base: str, *, ipv6: bool = False) -> Iterator[Network]:
        """Make the namespaces; remove them when the block ends. Raises LocalFaultError."""
        for name in stale():
            _run(["ip", "netns", "del", name])
        network = cls(estate, base, ipv6=ipv6)
        try:
            network._make()
            yield network
        finally:
            network._remove()

    def _make(self) -> None:
        for name in (self.scanner, self.estate):
            _run(["ip", "netns", "add", name])
        ipv6 = _IPV6_OFF if not self._ipv6 else {}
        _settings(self.estate_prefix, {**_ESTATE_SETTINGS, **ipv6})
        _settings(self.scanner_prefix, {**_SCANNER_SETTINGS, **ipv6})
        link = ["ip", "link", "add", INTERFACE, "netns", self.scanner]
        _run([*link, "type", "veth", "peer", "name", INTERFACE, "netns", self.estate])
        _batch(self.estate, self._estate_lines())
        _batch(self.scanner, self._scanner_lines())

    def _remove(self) -> None:
        for name in (self.scanner, self.estate):
            if Path("/run/netns", name).exists():
                _run(["ip", "netns", "del", name])

    def _scanner_lines(self) -> list[str]:
        link = f"{self._base}.{self._data.on_link}"
        return [
            "link set lo up",
            f"link set {INTERFACE} multicast on up",
            f"addr add {link}.{SCANNER_HOST}/24 brd + dev {INTERFACE}",
            f"route add {self._base}.0.0/16 via {link}.{GATEWAY_HOST}",
            f"route add 224.0.0.0/4 dev {INTERFACE}",
        ]

    def _estate_lines(self) -> list[str]:
        on_link = self._data.on_link
        link = f"{self._base}.{on_link}"
        lines = [
            "link set lo up",
            f"link set {INTERFACE} multicast on up",
            f"route add blackhole {self._base}.0.0/16",
            f"route add 224.0.0.0/4 dev {INTERFACE}",
        ]
        for device in self._data.devices:
            address = device.address(self._base)
            if device.subnet != on_link:
                lines.append(f"route add local {address}/32 dev lo")
                continue
            name, table = device_interface(device.host), _FIRST_TABLE + device.host
            lines += [
                f"link add link {INTERFACE} name {name} address {device.mac} type macvlan",
                f"addr add {address}/32 dev {name}",
                f"link set {name} up",
                f"route add {link}.0/24 dev {name} src {address} table {table}",
                f"rule add from {address} lookup {table}",
            ]
        gateway = f"{link}.{GATEWAY_HOST}"
        if any((d.subnet, d.host) == (on_link, GATEWAY_HOST) for d in self._data.devices):
            lines.append(
                f"route add {link}.0/24 dev {device_interface(GATEWAY_HOST)} src {gateway}"
            )
        else:
            lines.append(f"addr add {gateway}/24 brd + dev {INTERFACE}")
        lines.append(f"route replace broadcast {link}.255 dev {INTERFACE} table local")
        return lines


def _settings(prefix: Sequence[str], values: dict[str, str]) -> None:
    code = (
        "import sys,pathlib\n"
        "for item in sys.argv[1:]:\n"
        "    name, _, value = item.partition('=')\n"
        "    path = pathlib.Path('/proc/sys', name)\n"
        "    path.exists() and path.write_text(value)\n"
    )
    items = [f"{name}={value}" for name, value in values.items()]
    _run([*prefix, sys.executable, "-I", "-c", code, *items])


def _batch(namespace: str, lines: Sequence[str]) -> None:
    _run(["ip", "-n", namespace, "-batch", "-"], "\n".join(lines) + "\n")


def _run(command: Sequence[str], text: str = "") -> None:
    """Run a command of iproute2. Raises LocalFaultError with what it said."""
    done = subprocess.run(  # noqa: S603 - names and addresses are made here
        command, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().replace("\n", "; ")
        raise LocalFaultError(f"lab: {' '.join(command[:6])} failed: {said}")
