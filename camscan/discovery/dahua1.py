"""Dahua's older search, which recorders of the first generation answer."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import dahua1_search


class Dahua1(LinkInquiry):
    """A broadcast from and to port 5050."""

    name = "dahua1"
    protocol = "dahua1"
    queries = (dahua1_search,)
