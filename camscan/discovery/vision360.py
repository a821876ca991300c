"""360 Vision's search."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import vision360_discover


class Vision360(LinkInquiry):
    """A broadcast from and to port 3600."""

    name = "360vision"
    protocol = "360vision"
    queries = (vision360_discover,)
