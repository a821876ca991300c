"""Xiongmai's search (NETSurveillance, sold under hundreds of names)."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.protocols.query import xm_search


class Xm(LinkInquiry):
    """Message 1530, broadcast from and to port 34569: the answers are broadcast too."""

    name = "xm"
    protocol = "xm"
    queries = (xm_search,)
