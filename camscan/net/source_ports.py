"""Source ports for raw SYNs: held for the sweep, so that the kernel resets what answers them.

A port that is bound and neither connected nor listening is nobody's: the kernel answers a SYN-ACK
to it with RST, and no other program is given it meanwhile.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

from camscan.errors import LocalFaultError

ATTEMPTS = 8
"""Ports in the range; each attempt at a pair leaves from the next one."""

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST, _HIGHEST = 20_000, 65_000
_TRIES = 200


class SourcePorts:
    """`ports` is the range; close it after the sweep. Raises LocalFaultError when none is free."""

    def __init__(self, *, ephemeral: Path = _EPHEMERAL) -> None:
        self._held: list[socket.socket] = []
        low, high = _range(ephemeral)
        for _ in range(_TRIES):
            first = random.randrange(_LOWEST, _HIGHEST - ATTEMPTS)
            ports = range(first, first + ATTEMPTS)
            outside = ports.stop <= low or ports.start > high
            # A machine may give nearly every port to its programs: then one of those will do.
            if (outside or high - low > _HIGHEST - _LOWEST) and self._hold(ports):
                self.ports = ports
                return
        raise LocalFaultError("no range of free TCP ports for the sweep")

    def close(self) -> None:
        """Give the ports back."""
        for sock in self._held:
            sock.close()
        self._held = []

    def _hold(self, ports: range) -> bool:
        for port in ports:
            for family in (socket.AF_INET, socket.AF_INET6):
                try:
                    sock = socket.socket(family, socket.SOCK_STREAM)
                except OSError:
                    continue  # a machine without this family has no port of it to hold
                self._held.append(sock)
                try:
                    if family == socket.AF_INET6:
                        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    sock.bind(("", port))
                except OSError:
                    self.close()
                    return False
        return True


def _range(path: Path) -> tuple[int, int]:
    try:
        low, high = path.read_text(encoding="ascii").split()
        return int(low), int(high)
    except (OSError, ValueError):
        return 32768, 60999
