"""Bosch's search."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import bosch_search


class Bosch(LinkInquiry):
    """A broadcast to port 1757, answered to port 1758."""

    name = "bosch"
    protocol = "bosch"
    queries = (bosch_search,)
