"""Vivotek's search; Foscam's shares its port."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import vivotek_search


class Vivotek(LinkInquiry):
    """A broadcast to port 10000."""

    name = "vivotek"
    protocol = "vivotek"
    queries = (vivotek_search,)
