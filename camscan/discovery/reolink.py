"""Reolink's search on port 2000, and the UDP door of its cameras."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols.query import reolink_c2d_s, reolink_c2d_s_2018, reolink_search


class Reolink(LinkInquiry):
    """A broadcast to port 2000, answered to port 3000."""

    name = "reolink"
    protocol = "reolink"
    queries = (reolink_search,)


class ReolinkUnicast(UnicastInquiry):
    """The same to hosts behind routers."""

    name = "reolink-unicast"
    protocol = "reolink"
    hosts = (reolink_search,)


class ReolinkDoor(UnicastInquiry):
    """C2D_S to hosts behind routers: asks who is there and opens nothing."""

    name = "reolink-bcudp"
    protocol = "reolink-bcudp"
    hosts = (
        reolink_c2d_s,
        reolink_c2d_s_2018,
    )
