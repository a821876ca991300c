"""Every inquiry of a scan by UDP, in the order in which they begin."""

from __future__ import annotations

from camscan.discovery.bosch import Bosch
from camscan.discovery.dahua1 import Dahua1
from camscan.discovery.dhip import Dhip, DhipUnicast
from camscan.discovery.foscam import Foscam
from camscan.discovery.gige import Gige
from camscan.discovery.hanwha import Hanwha
from camscan.discovery.juan import Juan
from camscan.discovery.jvc import Jvc
from camscan.discovery.link_inquiry import LinkInquiry
from camscan.discovery.mdns import Mdns, MdnsUnicast
from camscan.discovery.nicevision import Nicevision
from camscan.discovery.panasonic import Panasonic
from camscan.discovery.reolink import Reolink, ReolinkDoor, ReolinkUnicast
from camscan.discovery.sadp import Sadp, SadpUnicast
from camscan.discovery.sony import Sony
from camscan.discovery.ssdp import Ssdp, SsdpUnicast
from camscan.discovery.tplink import Kasa, KasaUnicast, Tdp, TdpUnicast
from camscan.discovery.tvt import Tvt
from camscan.discovery.ubnt import Ubnt, UbntUnicast
from camscan.discovery.unicast_inquiry import UnicastInquiry
from camscan.discovery.vision360 import Vision360
from camscan.discovery.vivotek import Vivotek
from camscan.discovery.vstarcam import Vstarcam
from camscan.discovery.wsd import WsdMulticast, WsdUnicast
from camscan.discovery.xm import Xm

LINK_INQUIRIES: tuple[type[LinkInquiry], ...] = (
    WsdMulticast, Sadp, Dhip, Ssdp, Mdns, Xm, Ubnt, Tdp, Kasa, Reolink, Tvt, Sony, Bosch, Hanwha,
    Panasonic, Vivotek, Vstarcam, Foscam, Dahua1, Gige, Vision360, Nicevision, Jvc, Juan,
)  # fmt: skip
UNICAST_INQUIRIES: tuple[type[UnicastInquiry], ...] = (
    WsdUnicast, DhipUnicast, SadpUnicast, SsdpUnicast, MdnsUnicast, UbntUnicast, TdpUnicast,
    KasaUnicast, ReolinkUnicast, ReolinkDoor,
)  # fmt: skip

BROADCAST = "255.255.255.255"


def groups(version: int) -> tuple[str, ...]:
    """Where inquiries of a link go by IPv4 or IPv6: multicast groups, and the broadcast."""
    found: dict[str, None] = {}
    for kind in LINK_INQUIRIES:
        for make in kind.queries:
            query = make()
            group = query.group4 if version == 4 else query.group6
            if group is not None:
                found[group] = None
    if version == 4:
        found[BROADCAST] = None
    return tuple(found)
