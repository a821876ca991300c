"""The search of Juan's ESeeNet devices and of HiChip boards."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import juan_search


class Juan(LinkInquiry):
    """HDS SEARCH to a group, where the answers come too; Wi-Fi keys in them are dropped."""

    name = "juan"
    protocol = "juan"
    queries = (juan_search,)
