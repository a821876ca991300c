"""Port numbers an unprivileged lab can open: 80 → 8080, 443 → 8443, 554 → 8554, and so on."""

from __future__ import annotations

from collections.abc import Iterable


def mapped(ports: Iterable[int]) -> dict[int, int]:
    """Wanted → opened port for one device: ports below 1024 move up by 8000.

    Where that port is taken by another service of the device, the other one moves up by 10000.
    """
    wanted = sorted(set(ports))
    low = {port: port + 8000 for port in wanted if port < 1024}
    taken = set(low.values())
    return {port: low.get(port, port + 10000 if port in taken else port) for port in wanted}


def unmapped(ports: Iterable[int]) -> dict[int, int]:
    """Every port as it is (network namespaces)."""
    return {port: port for port in ports}
