"""TVT's search; its devices also announce themselves on the group of the answers."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import tvt_search


class Tvt(LinkInquiry):
    """Command 1 to one group, heard on the other."""

    name = "tvt"
    protocol = "tvt"
    queries = (tvt_search,)
