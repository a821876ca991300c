"""Which announced address of an ONVIF device to talk to."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct

from camscan.protocols.never import ONVIF_PATHS, service_path_permitted
from camscan.protocols.wsd import ProbeMatch

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def choose_xaddr(match: ProbeMatch, source_address: str, subnet: str | None = None) -> str | None:
    """The device-service URL to talk to, or None for a match that is not ONVIF.

    In this order: host equal to the packet source; in `subnet` (of the receiving interface,
    `10.1.0.0/16`); a usable IPv4 elsewhere that is not link-local; else the packet source with
    port and path of the first address (`http://0.0.0.0:8080/…`, the template word
    `SERVICE_URI`, host names, which are never resolved). Paths that are no device service
    become `/onvif/device_service`.
    """
    if not match.is_onvif:
        return None
    source = _address(source_address)
    if source is None:
        return None
    offers = [offer for text in match.xaddrs if (offer := _Offer.read(text)) is not None]
    network = _network(subnet)
    numeric = [(offer, offer.address) for offer in offers if offer.address is not None]
    usable = [(o, a) for o, a in numeric if _usable(a, source)]
    for offer, address in usable:
        if address == source:
            return offer.url(source_address)
    for offer, address in usable:
        if network is not None and address in network:
            return offer.url(str(address))
    for offer, address in usable:
        if address.version == 4 and not address.is_link_local:
            return offer.url(str(address))
    first = offers[0] if offers else _Offer(scheme="http", host="", port=80, path=ONVIF_PATHS[0])
    return first.url(source_address)


class _Offer(Struct, frozen=True, kw_only=True):
    """One XAddr taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @staticmethod
    def read(text: str) -> _Offer | None:
        """None for what is no http(s) URL."""
        try:
            split = urlsplit(text)
            if split.scheme not in ("http", "https") or not split.hostname:
                return None
            port = split.port or (443 if split.scheme == "https" else 80)
        except ValueError:
            return None
        path = split.path if service_path_permitted(split.path) else ONVIF_PATHS[0]
        return _Offer(scheme=split.scheme, host=split.hostname, port=port, path=path)

    @property
    def address(self) -> _Address | None:
        return _address(self.host)

    def url(self, host: str) -> str:
        """The URL with `host` in place of the announced one."""
        written = f"[{host}]" if ":" in host else host
        standard = 443 if self.scheme == "https" else 80
        port = "" if self.port == standard else f":{self.port}"
        return f"{self.scheme}://{written}{port}{self.path}"


def _usable(
    address: _Address,
    source: _Address,
) -> bool:
    """Never 0.0.0.0, loop-back or a group; link-local only when it is how the device was met."""
    if address == source:
        return True
    if address.is_unspecified or address.is_loopback or address.is_multicast:
        return False
    return not address.is_link_local


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str | None) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if text is None:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
