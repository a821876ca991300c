"""Hikvision's SADP: multicast and broadcast on links, one inquiry to each other address."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols.query import sadp_inquiry, sadp_inquiry_v32


class Sadp(LinkInquiry):
    """`inquiry` and `inquiry_v32`, sent from and heard on port 37020 and its group."""

    name = "sadp"
    protocol = "sadp"
    queries = (
        sadp_inquiry,
        sadp_inquiry_v32,
    )


class SadpUnicast(UnicastInquiry):
    """`inquiry` to each address: best effort, for some firmware answers to the group only."""

    name = "sadp-unicast"
    protocol = "sadp"
    sweep = (sadp_inquiry,)
