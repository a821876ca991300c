"""Which decoder reads which protocol name (the names of `camscan identify`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from camscan.protocols import banner, dhcp, http, mdns, onvif, rtsp, ssdp, tls, upnp, wsd
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
        "ftp": banner.decode_ftp,
        "telnet": banner.decode_telnet,
        "ssh": banner.decode_ssh,
        "snmp": banner.decode_snmp,
        "sip": banner.decode_sip,
        "dhcp": dhcp.decode,
    }
)
"""A name that is not here has no decoder yet; the caller says so."""
