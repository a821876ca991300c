"""VStarcam's search; credentials in the answer are dropped by the codec."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import vstarcam_search


class Vstarcam(LinkInquiry):
    """A broadcast from and to port 8600."""

    name = "vstarcam"
    protocol = "vstarcam"
    queries = (vstarcam_search,)
