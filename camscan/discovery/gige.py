"""GigE Vision: industrial cameras."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import gige_discovery


class Gige(LinkInquiry):
    """DISCOVERY_CMD, broadcast to port 3956."""

    name = "gige"
    protocol = "gige"
    queries = (gige_discovery,)
