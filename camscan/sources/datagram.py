"""What one UDP datagram says of its sender, by the ports it went from and to."""

from __future__ import annotations

from ipaddress import ip_address

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols import dhcp, mdns, ssdp, wsd
from camscan.protocols.announcement import DECODERS_OF_PORT, WSD_PORT
from camscan.protocols.decoded import Malformed
from camscan.protocols.registry import DECODERS

DHCP_PORTS = frozenset((dhcp.SERVER_PORT, dhcp.CLIENT_PORT))
OWN = frozenset(("mdns", "ssdp", "wsd"))
"""Protocols whose decoders also know questions, so that malformed means damaged."""

_WSD_NAMESPACE = b"/ws/2005/04/discovery"


class Said(Struct, frozen=True, kw_only=True):
    """`protocol` names the decoder, `port` is the protocol's, whichever end had it.

    `fields` are None where the datagram could not be read, and empty for a question or a
    goodbye. `foreign` is True when it speaks of another host than its sender. `location` is where
    the device of an SSDP message says that its description lies, as sent.
    """

    protocol: str
    port: int
    fields: tuple[tuple[str, str], ...] | None = None
    foreign: bool = False
    location: str | None = None


def interesting(source_port: int, port: int, data: bytes) -> bool:
    """Whether `read_datagram` may have something to say; quick, for every datagram goes here."""
    return source_port in DECODERS_OF_PORT or port in DECODERS_OF_PORT or data[:1] == b"<"


def read_datagram(source: str, source_port: int, port: int, data: bytes) -> Said | None:
    """What `source` says with this datagram; None when no decoder is in charge.

    Decoders are looked up when a datagram comes: one that is not there yet says nothing.
    WS-Discovery is known by its content too: devices answer from any port to any port.
    """
    found: Said | None = None
    for each in dict.fromkeys((source_port, port)):
        for name in DECODERS_OF_PORT.get(each, ()):
            said = _said(name, each, source, data)
            if said.fields is not None:
                return said
            found = found or said
    if found is None and data[:1] == b"<" and _WSD_NAMESPACE in data[:4096]:
        found = _said("wsd", WSD_PORT, source, data)
    return found


def _said(name: str, port: int, source: str, data: bytes) -> Said:
    if name == "wsd":
        return Said(protocol=name, port=port, fields=_wsd(data))
    if name == "mdns":
        return _mdns(source, data)
    if name == "ssdp":
        return _ssdp(port, data)
    decode = DECODERS.get(name)
    if decode is None:
        return Said(protocol=name, port=port)
    decoded = decode(data)
    read = decoded.status is not Status.MALFORMED
    return Said(protocol=name, port=port, fields=decoded.fields if read else None)


def _ssdp(port: int, data: bytes) -> Said:
    message = ssdp.parse(data)
    if isinstance(message, Malformed):
        return Said(protocol="ssdp", port=port)
    location = message.location if message.is_device else None
    return Said(protocol="ssdp", port=port, fields=ssdp.fields(message), location=location)


def _wsd(data: bytes) -> tuple[tuple[str, str], ...] | None:
    """Of Hello and matches; a Bye says that nobody is there any more."""
    message = wsd.parse(data)
    if isinstance(message, Malformed):
        return None
    if message.action in ("Bye", "Probe", "Resolve"):
        return ()
    found = (pair for match in message.matches for pair in wsd.match_fields(match))
    return tuple(dict.fromkeys(found))


def _mdns(source: str, data: bytes) -> Said:
    """A reflector repeats the records of other links: its datagram holds addresses, none its own.

    Devices without any address record of the sender's IP version speak for themselves.
    """
    message = mdns.parse(data)
    if isinstance(message, Malformed):
        return Said(protocol="mdns", port=mdns.MDNS_PORT)
    own = ip_address(source)
    alike = [a for a in map(ip_address, message.addresses) if a.version == own.version]
    routable = [address for address in alike if not address.is_link_local]
    plain = source.partition("%")[0]
    foreign = bool(routable) and not own.is_link_local and plain not in map(str, alike)
    fields = () if foreign else mdns.fields(message)
    return Said(protocol="mdns", port=mdns.MDNS_PORT, fields=fields, foreign=foreign)
