"""Hanwha's search, from the time when it was Samsung Techwin."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import hanwha_search


class Hanwha(LinkInquiry):
    """A broadcast to port 7701, answered to port 7711."""

    name = "hanwha"
    protocol = "hanwha"
    queries = (hanwha_search,)
