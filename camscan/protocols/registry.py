"""Which decoder reads which protocol name (the names of `camscan identify`)."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from camscan.protocols.decoded import Decoded

Decoder = Callable[[bytes], Decoded]

_PLACES = {
    "http": "http.decode",
    "rtsp": "rtsp.decode",
    "wsd": "wsd.decode",
    "onvif": "onvif.decode",
    "ssdp": "ssdp.decode",
    "upnp": "upnp.decode",
    "mdns": "mdns.decode",
    "tls": "tls.decode",
    "bosch": "bosch.decode",
    "hanwha": "hanwha.decode",
    "panasonic": "panasonic.decode",
    "sony": "sony.decode",
    "vivotek": "vivotek.decode",
    "vstarcam": "vstarcam.decode",
    "foscam": "foscam.decode",
    "gige": "gige.decode",
    "nicevision": "nicevision.decode",
    "360vision": "vision360.decode",
    "tvt": "tvt.decode",
    "juan": "juan.decode",
    "jvc": "jvc.decode",
    "ftp": "banner.decode_ftp",
    "telnet": "banner.decode_telnet",
    "ssh": "banner.decode_ssh",
    "snmp": "banner.decode_snmp",
    "sip": "banner.decode_sip",
    "sadp": "sadp.decode",
    "dhip": "dhip.decode",
    "dahua1": "dahua1.decode",
    "xm": "xm.decode",
    "ubnt": "ubnt.decode",
    "tplink-tdp": "tplink_tdp.decode",
    "tplink-xor": "tplink_xor.decode",
    "reolink": "reolink.decode",
    "reolink-bcudp": "reolink_bcudp.decode",
    "dhcp": "dhcp.decode",
}


class _Decoders(Mapping[str, Decoder]):
    """Imports a decoder when it is first asked for: certificates and XML are heavy."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, Decoder] = {}

    def __getitem__(self, name: str) -> Decoder:
        found = self._loaded.get(name)
        if found is None:
            module, _, function = self._places[name].partition(".")
            room = importlib.import_module(f"camscan.protocols.{module}")
            found = self._loaded[name] = cast(Decoder, getattr(room, function))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


DECODERS: Mapping[str, Decoder] = _Decoders(_PLACES)
"""A name that is not here has no decoder yet; the caller says so."""
