"""NICE's search."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import nicevision_search


class Nicevision(LinkInquiry):
    """A broadcast to port 2007 that names the port for the answer."""

    name = "nicevision"
    protocol = "nicevision"
    queries = (nicevision_search,)
