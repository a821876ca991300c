"""JVC's search."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import jvc_system_id


class Jvc(LinkInquiry):
    """The text `system.id`, broadcast to UDP port 80."""

    name = "jvc"
    protocol = "jvc"
    queries = (jvc_system_id,)
