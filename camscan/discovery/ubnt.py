"""Ubiquiti's discovery: broadcast and multicast on links, version 1 to hosts behind routers."""

from __future__ import annotations

from camscan.discovery.answer_book import AnswerBook, Reading
from camscan.discovery.interface import DiscoveryContext, Emit
from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.net.datagram import Datagram
from camscan.protocols.query import is_permitted, ubnt_v1, ubnt_v2

PORT = 10001


class UbntAnswerBook(AnswerBook):
    """A console sends the four bytes back from another port: it is there, and says no more."""

    def __init__(self, ctx: DiscoveryContext, emit: Emit, method: str) -> None:
        super().__init__(ctx, emit, method, "ubnt", PORT)

    def reading(self, datagram: Datagram) -> Reading | None:
        """An echo from port 10001 is another program's question."""
        if is_permitted(datagram.data, PORT):
            return Reading(is_answer=datagram.port != PORT)
        return super().reading(datagram)


class Ubnt(LinkInquiry):
    """Both versions, from port 10001: some devices answer no other."""

    name = "ubnt"
    protocol = "ubnt"
    queries = (ubnt_v1, ubnt_v2)

    def book(self, ctx: DiscoveryContext, emit: Emit) -> UbntAnswerBook:
        """Where the answers are read."""
        return UbntAnswerBook(ctx, emit, self.name)


class UbntUnicast(UnicastInquiry):
    """Version 1 to hosts behind routers."""

    name = "ubnt-unicast"
    protocol = "ubnt"
    hosts = (ubnt_v1,)

    def book(self, ctx: DiscoveryContext, emit: Emit) -> UbntAnswerBook:
        """Where the answers are read."""
        return UbntAnswerBook(ctx, emit, self.name)
