"""The server name in a TLS ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3). Sans-IO."""

from __future__ import annotations

from enum import Enum

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_SERVER_NAME = 0
_LONGEST_HELLO = 1 << 14
_LONGEST_NAME = 253
_HOST_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-_.:[]"


class Hello(Enum):
    """Why there is no server name."""

    NOT_TLS = "not-tls"
    INCOMPLETE = "incomplete"
    NO_NAME = "no-name"


def server_name(data: bytes) -> str | Hello:
    """The name in the ClientHello at the start of a TCP stream, over several TLS records.

    `INCOMPLETE` asks for more of the stream; a hello longer than 16 KiB is NOT_TLS.
    """
    hello = _handshake(data)
    return hello if isinstance(hello, Hello) else _name_of(hello)


def name_in_hello(data: bytes) -> str | Hello:
    """The name in a ClientHello without records around it, as QUIC carries it."""
    if data and data[0] != _CLIENT_HELLO:
        return Hello.NOT_TLS
    if len(data) < 4:
        return Hello.INCOMPLETE
    size = int.from_bytes(data[1:4], "big")
    if size > _LONGEST_HELLO:
        return Hello.NOT_TLS
    return _name_of(data[4 : 4 + size]) if len(data) >= 4 + size else Hello.INCOMPLETE


def _name_of(hello: bytes) -> str | Hello:
    """The server name in the body of a ClientHello."""
    place = 34  # version and random
    for width in (1, 2, 1):  # session id, cipher suites, compression methods
        if place + width > len(hello):
            return Hello.NO_NAME
        place += width + int.from_bytes(hello[place : place + width], "big")
    end = min(place + 2 + int.from_bytes(hello[place : place + 2], "big"), len(hello))
    place += 2
    while place + 4 <= end:
        kind = int.from_bytes(hello[place : place + 2], "big")
        length = int.from_bytes(hello[place + 2 : place + 4], "big")
        if kind == _SERVER_NAME:
            return _first_name(hello[place + 4 : min(place + 4 + length, end)])
        place += 4 + length
    return Hello.NO_NAME


def _handshake(data: bytes) -> bytes | Hello:
    """The body of the ClientHello, joined over records."""
    joined = b""
    place = 0
    while True:
        if place + 5 > len(data):
            fits = not data[place:] or data[place] == _HANDSHAKE
            return Hello.INCOMPLETE if fits else Hello.NOT_TLS
        if data[place] != _HANDSHAKE or data[place + 1] != 3:
            return Hello.NOT_TLS
        length = int.from_bytes(data[place + 3 : place + 5], "big")
        joined += data[place + 5 : place + 5 + length]
        if joined and joined[0] != _CLIENT_HELLO:
            return Hello.NOT_TLS
        if len(joined) >= 4:
            size = int.from_bytes(joined[1:4], "big")
            if size > _LONGEST_HELLO or length == 0:
                return Hello.NOT_TLS
            if len(joined) >= 4 + size:
                return joined[4 : 4 + size]
        elif length == 0:
            return Hello.NOT_TLS
        place += 5 + length
        if place > len(data):
            return Hello.INCOMPLETE


def _first_name(extension: bytes) -> str | Hello:
    """The first host name of the list."""
    if len(extension) < 5 or extension[2] != 0:
        return Hello.NO_NAME
    length = int.from_bytes(extension[3:5], "big")
    return host_text(extension[5 : 5 + length]) or Hello.NO_NAME


def host_text(raw: bytes) -> str | None:
    """A host name as text, lower case, or None when it is not one (printable ASCII, <= 253)."""
    name = raw.strip().rstrip(b".").lower()
    if not name or len(name) > _LONGEST_NAME:
        return None
    if name.translate(None, _HOST_CHARACTERS):
        return None
    return name.decode("ascii")
