"""ARP (RFC 826): every on-link IPv4 address of the scope is asked for its MAC."""

from __future__ import annotations

from camscan.discovery.neighbour_sweep import NeighbourSweep


class ArpSweep(NeighbourSweep):
    """The IPv4 half of address resolution."""

    name = "arp"
