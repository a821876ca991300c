"""Which decoder reads which protocol name (the names of `camscan identify`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from camscan.protocols import (
    banner,
    bosch,
    dahua1,
    dhcp,
    dhip,
    foscam,
    gige,
    hanwha,
    http,
    juan,
    jvc,
    mdns,
    nicevision,
    onvif,
    panasonic,
    reolink,
    reolink_bcudp,
    rtsp,
    sadp,
    sony,
    ssdp,
    tls,
    tplink_tdp,
    tplink_xor,
    tvt,
    ubnt,
    upnp,
    vision360,
    vivotek,
    vstarcam,
    wsd,
    xm,
)
from camscan.protocols.decoded import Decoded

Decoder = Callable[[bytes], Decoded]

DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "http": http.decode,
        "rtsp": rtsp.decode,
        "wsd": wsd.decode,
        "onvif": onvif.decode,
        "ssdp": ssdp.decode,
        "upnp": upnp.decode,
        "mdns": mdns.decode,
        "tls": tls.decode,
        "bosch": bosch.decode,
        "hanwha": hanwha.decode,
        "panasonic": panasonic.decode,
        "sony": sony.decode,
        "vivotek": vivotek.decode,
        "vstarcam": vstarcam.decode,
        "foscam": foscam.decode,
        "gige": gige.decode,
        "nicevision": nicevision.decode,
        "360vision": vision360.decode,
        "tvt": tvt.decode,
        "juan": juan.decode,
        "jvc": jvc.decode,
        "ftp": banner.decode_ftp,
        "telnet": banner.decode_telnet,
        "ssh": banner.decode_ssh,
        "snmp": banner.decode_snmp,
        "sip": banner.decode_sip,
        "sadp": sadp.decode,
        "dhip": dhip.decode,
        "dahua1": dahua1.decode,
        "xm": xm.decode,
        "ubnt": ubnt.decode,
        "tplink-tdp": tplink_tdp.decode,
        "tplink-xor": tplink_xor.decode,
        "reolink": reolink.decode,
        "reolink-bcudp": reolink_bcudp.decode,
        "dhcp": dhcp.decode,
    }
)
"""A name that is not here has no decoder yet; the caller says so."""
