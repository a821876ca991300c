"""Which decoder reads which protocol name (the names of `camscan identify`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from camscan.protocols import (
    banner,
    bosch,
    foscam,
    gige,
    hanwha,
    http,
    juan,
    jvc,
    nicevision,
    onvif,
    panasonic,
    rtsp,
    sony,
    tls,
    tvt,
    vision360,
    vivotek,
    vstarcam,
    wsd,
)
from camscan.protocols.decoded import Decoded

Decoder = Callable[[bytes], Decoded]

DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "http": http.decode,
        "rtsp": rtsp.decode,
        "wsd": wsd.decode,
        "onvif": onvif.decode,
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
    }
)
"""A name that is not here has no decoder yet; the caller says so."""
