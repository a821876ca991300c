"""Foscam's search (older models); Vivotek's shares its port."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import foscam_search, foscam_search_zero


class Foscam(LinkInquiry):
    """Both forms that are known, broadcast from and to port 10000."""

    name = "foscam"
    protocol = "foscam"
    queries = (
        foscam_search,
        foscam_search_zero,
    )
