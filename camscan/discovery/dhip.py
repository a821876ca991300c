"""Dahua's DHDiscover (DHIP): multicast and broadcast on links, one search to each other address."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols.query import dhip_search_multicast, dhip_search_unicast


class Dhip(LinkInquiry):
    """Both forms: firmware exists that answers only one of them."""

    name = "dhip"
    protocol = "dhip"
    queries = (
        dhip_search_unicast,
        dhip_search_multicast,
    )


class DhipUnicast(UnicastInquiry):
    """The form that asks for a unicast answer, to each address."""

    name = "dhip-unicast"
    protocol = "dhip"
    sweep = (dhip_search_unicast,)
