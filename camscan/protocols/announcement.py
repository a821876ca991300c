"""Where devices announce themselves or answer to everybody: ports, groups and decoders.

Sources of the ports and groups: the standards of SSDP, mDNS and WS-Discovery; for the vendors'
own inquiries those of `protocols.query`.
"""

from __future__ import annotations

from msgspec import Struct

SSDP_GROUP4 = "239.255.255.250"
MDNS_GROUP4 = "224.0.0.251"
SSDP_GROUPS6 = ("ff02::c",)
MDNS_GROUPS6 = ("ff02::fb",)
WSD_PORT = 3702


class Announcement(Struct, frozen=True, kw_only=True):
    """One port. `decoders` are names of `protocols.registry`, tried in this order; with no group
    it is broadcast."""

    port: int
    decoders: tuple[str, ...]
    groups4: tuple[str, ...] = ()
    groups6: tuple[str, ...] = ()


def _one(port: int, *decoders: str, groups4: tuple[str, ...] = ()) -> Announcement:
    return Announcement(port=port, decoders=decoders, groups4=groups4)


ANNOUNCEMENTS = (
    Announcement(port=5353, decoders=("mdns",), groups4=(MDNS_GROUP4,), groups6=MDNS_GROUPS6),
    Announcement(port=1900, decoders=("ssdp",), groups4=(SSDP_GROUP4,), groups6=SSDP_GROUPS6),
    Announcement(port=WSD_PORT, decoders=("wsd",), groups4=(SSDP_GROUP4,), groups6=SSDP_GROUPS6),
    _one(37020, "sadp", groups4=(SSDP_GROUP4,)),
    _one(37810, "dhip", groups4=("239.255.255.251",)),
    _one(5050, "dahua1"),
    _one(34569, "xm"),
    _one(10001, "ubnt", groups4=("233.89.188.1",)),
    _one(9999, "tplink-xor"),
    _one(20002, "tplink-tdp"),
    _one(20004, "tplink-tdp"),
    _one(2000, "reolink"),
    _one(3000, "reolink"),
    _one(2015, "reolink-bcudp"),
    _one(23456, "tvt", groups4=("234.55.55.55", "234.55.55.56")),
    _one(2380, "sony"),
    _one(52380, "sony"),
    _one(1757, "bosch"),
    _one(1758, "bosch"),
    _one(7701, "hanwha"),
    _one(7711, "hanwha"),
    _one(10669, "panasonic"),
    _one(10670, "panasonic"),
    _one(10000, "vivotek", "foscam"),
    _one(8600, "vstarcam"),
    _one(3600, "360vision"),
    _one(2007, "nicevision"),
    _one(3956, "gige"),
)
"""Every port to listen on. Questions go there too; the decoders take only answers."""

DECODERS_OF_PORT = {each.port: each.decoders for each in ANNOUNCEMENTS}
