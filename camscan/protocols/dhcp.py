"""DHCP for IPv4 (RFC 2131, RFC 2132): what a client says of itself, and which lease it is given.

Read only, by a walk over the options: overload (RFC 2132, section 9.3) and long options in
several parts (RFC 3396) are joined, an option that lies about its length ends the walk.
"""

from __future__ import annotations

import ipaddress
from enum import IntEnum

from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, Malformed, malformed, pairs
from camscan.protocols.mac import is_device
from camscan.protocols.text import to_text

SERVER_PORT, CLIENT_PORT = 67, 68
_REQUEST, _REPLY = 1, 2
_ETHERNET, _MAC_LENGTH = 1, 6
_COOKIE = b"\x63\x82\x53\x63"
_OPTIONS = 240
_HOST_NAME, _REQUESTED, _OVERLOAD, _TYPE, _PARAMETERS, _CLASS = 12, 50, 52, 53, 55, 60
_PAD, _END = 0, 255
_FILE, _SNAME = slice(108, 236), slice(44, 108)
_MOST = 4096


class DhcpType(IntEnum):
    """The message types of RFC 2132, section 9.6."""

    DISCOVER = 1
    OFFER = 2
    REQUEST = 3
    DECLINE = 4
    ACK = 5
    NAK = 6
    RELEASE = 7
    INFORM = 8


class DhcpMessage(Struct, frozen=True, kw_only=True):
    """One datagram. `kind` is None for plain BOOTP; addresses are None where they are 0.0.0.0.

    `client_address` is what the client already has, `your_address` what the server gives,
    `requested` the codes of option 55 in the client's order.
    """

    from_client: bool
    kind: DhcpType | None
    mac: str | None
    client_address: str | None = None
    your_address: str | None = None
    requested_address: str | None = None
    vendor_class: str | None = None
    hostname: str | None = None
    requested: tuple[int, ...] = ()

    @property
    def lease(self) -> str | None:
        """The address that an ACK gives (or confirms for an INFORM); None in other messages."""
        if self.from_client or self.kind is not DhcpType.ACK:
            return None
        return self.your_address or self.client_address


def parse(data: bytes) -> DhcpMessage | Malformed:
    """Read one datagram of ports 67 and 68."""
    if len(data) < _OPTIONS or data[0] not in (_REQUEST, _REPLY):
        return Malformed("no BOOTP message")
    if data[236:_OPTIONS] != _COOKIE:
        return Malformed("no DHCP options")
    options = _options(data[:_MOST])
    kind = options.get(_TYPE, b"")[:1]
    return DhcpMessage(
        from_client=data[0] == _REQUEST,
        kind=DhcpType(kind[0]) if kind and 1 <= kind[0] <= 8 else None,
        mac=_mac(data),
        client_address=_address(data[12:16]),
        your_address=_address(data[16:20]),
        requested_address=_address(options.get(_REQUESTED, b"")),
        vendor_class=_text(options.get(_CLASS)),
        hostname=_text(options.get(_HOST_NAME)),
        requested=tuple(options.get(_PARAMETERS, b"")),
    )


def fields(message: DhcpMessage) -> tuple[tuple[str, str], ...]:
    """Evidence of a client's message; none of a server's, which repeats what the client said."""
    if not message.from_client:
        return ()
    asked = ",".join(str(code) for code in message.requested)
    return pairs(
        (
            ("dhcp.vendor_class", message.vendor_class),
            ("dhcp.hostname", message.hostname),
            ("dhcp.options", asked),
            ("mac.address", message.mac),
        )
    )


def decode(data: bytes) -> Decoded:
    """Evidence of one datagram; what a server sends is OK without fields."""
    message = parse(data)
    if isinstance(message, Malformed):
        return malformed()
    return Decoded(status=Status.OK, fields=fields(message))


def _options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    _walk(data[_OPTIONS:], found)
    overload = found.get(_OVERLOAD, b"")[:1]
    if overload in (b"\x01", b"\x03"):
        _walk(data[_FILE], found)
    if overload in (b"\x02", b"\x03"):
        _walk(data[_SNAME], found)
    return found


def _walk(area: bytes, found: dict[int, bytes]) -> None:
    """Add the options of one area; the same code twice is one option in parts."""
    place = 0
    while place < len(area):
        code = area[place]
        if code == _END:
            return
        if code == _PAD:
            place += 1
            continue
        if place + 2 > len(area):
            return
        value = area[place + 2 : place + 2 + area[place + 1]]
        if len(value) < area[place + 1]:
            return
        found[code] = found.get(code, b"") + value
        place += 2 + len(value)


def _mac(data: bytes) -> str | None:
    """The client's Ethernet address; None for other hardware, groups and all zeros."""
    mac = data[28:34]
    is_ethernet = (data[1], data[2]) == (_ETHERNET, _MAC_LENGTH)
    return mac.hex(":") if is_ethernet and is_device(mac) else None


def _address(packed: bytes) -> str | None:
    return str(ipaddress.IPv4Address(packed)) if len(packed) == 4 and any(packed) else None


def _text(value: bytes | None) -> str | None:
    """Text of an option; None for none, and for what holds control characters (it is binary)."""
    if value is None:
        return None
    text = to_text(value.rstrip(b"\x00"))
    return text if text.isprintable() else None
