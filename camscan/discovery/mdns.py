"""mDNS and DNS-SD: every service type of cameras in one message."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols.query import mdns_questions


class Mdns(LinkInquiry):
    """The questions from a port of our own, unicast answers wanted (RFC 6762 section 6.7)."""

    name = "mdns"
    protocol = "mdns"
    queries = (mdns_questions,)


class MdnsUnicast(UnicastInquiry):
    """The same to hosts behind routers: some responders answer."""

    name = "mdns-unicast"
    protocol = "mdns"
    hosts = (mdns_questions,)
