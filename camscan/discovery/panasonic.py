"""Panasonic's search, which i-PRO kept."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import panasonic_search


class Panasonic(LinkInquiry):
    """A broadcast to port 10670 with the own address, answered to port 10669."""

    name = "panasonic"
    protocol = "panasonic"
    queries = (panasonic_search,)
