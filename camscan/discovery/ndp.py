"""Neighbour discovery (RFC 4861): on-link IPv6 addresses that can be asked one by one."""

from __future__ import annotations

from camscan.discovery.neighbour_sweep import NeighbourSweep


class NdpSweep(NeighbourSweep):
    """The IPv6 half of address resolution."""

    name = "ndp"
