"""Sony's enquiry, to cameras and to its pan-tilt models."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import sony_allinfo, sony_network


class Sony(LinkInquiry):
    """ENQ:allinfo and ENQ:network; the answers are broadcast."""

    name = "sony"
    protocol = "sony"
    queries = (
        sony_allinfo,
        sony_network,
    )
