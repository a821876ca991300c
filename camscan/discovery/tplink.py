"""TP-Link's two inquiries: Kasa on port 9999, TDP (Tapo and newer) on 20002 and 20004."""

from __future__ import annotations

from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.protocols.query import kasa_sysinfo, tdp_short, tdp_short_20004


class Kasa(LinkInquiry):
    """get_sysinfo; where the answer says where the camera is, that is dropped."""

    name = "kasa"
    protocol = "tplink-xor"
    queries = (kasa_sysinfo,)


class KasaUnicast(UnicastInquiry):
    """The same to hosts behind routers."""

    name = "kasa-unicast"
    protocol = "tplink-xor"
    hosts = (kasa_sysinfo,)


class Tdp(LinkInquiry):
    """The short query, without a key."""

    name = "tdp"
    protocol = "tplink-tdp"
    queries = (
        tdp_short,
        tdp_short_20004,
    )


class TdpUnicast(UnicastInquiry):
    """The same to hosts behind routers."""

    name = "tdp-unicast"
    protocol = "tplink-tdp"
    hosts = (tdp_short,)
