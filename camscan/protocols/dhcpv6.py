"""DHCP for IPv6 (RFC 8415): what a client says of itself. Read only.

A client asks from its link-local address, to a group of its link: class, name and the hardware
address in its DUID are all that is read. What servers and relays say is passed over.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.mac import is_device
from camscan.protocols.text import to_text
from camscan.protocols.tlv import tlvs

CLIENT_PORT, SERVER_PORT = 546, 547
_HEAD = 4
_CLIENT_ID, _VENDOR_CLASS, _FQDN = 1, 16, 39
_LINK_LAYER_TIME, _LINK_LAYER = 1, 3  # kinds of DUID (RFC 8415, section 11)
_ETHERNET = 1
_MOST_NAME, _MOST_LABEL = 255, 63
_MOST = 4096


class Dhcpv6Type(IntEnum):
    """Messages of clients (RFC 8415, section 7.3)."""

    SOLICIT = 1
    REQUEST = 3
    CONFIRM = 4
    RENEW = 5
    REBIND = 6
    RELEASE = 8
    DECLINE = 9
    INFORMATION_REQUEST = 11


_OF_CLIENTS = frozenset(int(kind) for kind in Dhcpv6Type)


class Dhcpv6Message(Struct, frozen=True, kw_only=True):
    """One datagram. `kind` is None for what servers and relays send, which is not read further.

    `mac` comes from a DUID-LLT or DUID-LL; `vendor_classes` are the texts of option 16 and
    `enterprise` the number of who made them up, `hostname` is the name of option 39.
    """

    kind: Dhcpv6Type | None
    mac: str | None = None
    enterprise: int | None = None
    vendor_classes: tuple[str, ...] = ()
    hostname: str | None = None


def parse(data: bytes) -> Dhcpv6Message | Malformed:
    """Read one datagram of ports 546 and 547."""
    if len(data) < _HEAD or not 1 <= data[0] <= 13:
        return Malformed("no DHCPv6 message")
    if data[0] not in _OF_CLIENTS:
        return Dhcpv6Message(kind=None)
    options = dict(reversed(list(tlvs(data[_HEAD:_MOST], 2, 2))))  # the first of each code
    vendor = options.get(_VENDOR_CLASS, b"")
    texts = [_text(value) for _, value in tlvs(vendor[4:], 0, 2)]
    return Dhcpv6Message(
        kind=Dhcpv6Type(data[0]),
        mac=_mac(options.get(_CLIENT_ID, b"")),
        enterprise=int.from_bytes(vendor[:4], "big") if len(vendor) >= 4 else None,
        vendor_classes=tuple(text for text in texts if text),
        hostname=_name(options.get(_FQDN, b"")[1:]),
    )


def fields(message: Dhcpv6Message) -> tuple[tuple[str, str], ...]:
    """Evidence of a client's message."""
    classes = (("dhcp.vendor_class", text) for text in message.vendor_classes)
    return pairs((*classes, ("dhcp.hostname", message.hostname), ("mac.address", message.mac)))


def decode(data: bytes) -> Decoded:
    """Evidence of one datagram; what a server or relay sends is OK without fields."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _mac(duid: bytes) -> str | None:
    """The Ethernet address of a DUID that is made of one."""
    kind, hardware = int.from_bytes(duid[:2], "big"), int.from_bytes(duid[2:4], "big")
    place = {_LINK_LAYER_TIME: 8, _LINK_LAYER: 4}.get(kind)
    if place is None or hardware != _ETHERNET:
        return None
    mac = duid[place:]
    return mac.hex(":") if len(mac) == 6 and is_device(mac) else None


def _name(data: bytes) -> str | None:
    """A domain name (RFC 8415, section 10; RFC 4704: perhaps without its end), None for none."""
    labels: list[str] = []
    place = 0
    while place < min(len(data), _MOST_NAME) and 0 < data[place] <= _MOST_LABEL:
        label = data[place + 1 : place + 1 + data[place]]
        text = _text(label)
        if len(label) < data[place] or not text:
            return None
        labels.append(text)
        place += 1 + len(label)
    return ".".join(labels) or None


def _text(value: bytes) -> str | None:
    text = to_text(value.rstrip(b"\x00"))
    return text if text.isprintable() else None
