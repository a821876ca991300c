"""SSDP: searches by multicast, one to hosts behind routers; where a description lies is noted."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from camscan.discovery.answer_book import AnswerBook
from camscan.discovery.interface import DiscoveryContext, Emit
from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.net.datagram import Datagram
from camscan.protocols import ssdp
from camscan.protocols.decoded import Malformed
from camscan.protocols.query import (
    ssdp_basic,
    ssdp_basic_ipv6,
    ssdp_rootdevice,
    ssdp_rootdevice_ipv6,
)


class SsdpAnswerBook(AnswerBook):
    """Answers and their LOCATION, which counts only where it names the sender itself: any
    other would make this program fetch what a stranger chose."""

    def __init__(self, ctx: DiscoveryContext, emit: Emit, method: str) -> None:
        super().__init__(ctx, emit, method, "ssdp", ssdp.SSDP_PORT)

    def locations(self, datagram: Datagram) -> tuple[str, ...]:
        """The LOCATION, when it is an HTTP URL on the very address that answered."""
        message = ssdp.parse(datagram.data)
        if isinstance(message, Malformed) or not message.is_device or not datagram.in_scope:
            return ()
        location = message.location or ""
        return (location,) if is_on(datagram.address, location) else ()


class Ssdp(LinkInquiry):
    """Root devices, and the device type of Axis and most cameras; IPv4 and IPv6."""

    name = "ssdp"
    protocol = "ssdp"
    queries = (ssdp_rootdevice, ssdp_rootdevice_ipv6, ssdp_basic, ssdp_basic_ipv6)

    def book(self, ctx: DiscoveryContext, emit: Emit) -> SsdpAnswerBook:
        """Where the answers are read."""
        return SsdpAnswerBook(ctx, emit, self.name)


class SsdpUnicast(UnicastInquiry):
    """Root devices among hosts behind routers: many answer a unicast search."""

    name = "ssdp-unicast"
    protocol = "ssdp"
    hosts = (ssdp_rootdevice,)

    def book(self, ctx: DiscoveryContext, emit: Emit) -> SsdpAnswerBook:
        """Where the answers are read."""
        return SsdpAnswerBook(ctx, emit, self.name)


def is_on(address: str, location: str) -> bool:
    """True for an HTTP URL that names this very address."""
    try:
        split = urlsplit(location)
        host = ip_address((split.hostname or "").partition("%")[0])
        return split.scheme == "http" and host == ip_address(address.partition("%")[0])
    except ValueError:
        return False
