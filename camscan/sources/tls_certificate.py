"""The server's certificate in the clear start of a stream, up to TLS 1.2 (RFC 5246). Sans-IO."""

from __future__ import annotations

from enum import Enum

_HANDSHAKE, _ALERT = 22, 21
_SERVER_HELLO, _CERTIFICATE = 2, 11
_LONGEST = 1 << 16
_MOST_MESSAGES = 16


class NoCertificate(Enum):
    """Why there is none. TLS 1.3 hides it: NEVER."""

    INCOMPLETE = "incomplete"
    NEVER = "never"


def starts_like_server(data: bytes) -> bool:
    """True of a handshake record whose first message is a ServerHello."""
    return data[:2] == b"\x16\x03" and data[5:6] == b"\x02"


def server_certificate(data: bytes) -> bytes | NoCertificate:
    """DER of the server's first certificate; INCOMPLETE asks for more of the stream."""
    joined = b""
    place = 0
    ended = False
    while place + 5 <= len(data):
        length = data[place + 3] << 8 | data[place + 4]
        if data[place] != _HANDSHAKE or data[place + 1] != 3 or length == 0:
            ended = True
            break
        joined += data[place + 5 : place + 5 + length]
        place += 5 + length
    return _first(joined, ended=ended or len(joined) > _LONGEST)


def _first(messages: bytes, *, ended: bool) -> bytes | NoCertificate:
    """The first entry of the Certificate message; `ended`: nothing in clear follows."""
    place = 0
    for _ in range(_MOST_MESSAGES):
        if place + 4 > len(messages):
            break
        kind = messages[place]
        size = int.from_bytes(messages[place + 1 : place + 4], "big")
        body = messages[place + 4 : place + 4 + size]
        if place == 0 and kind != _SERVER_HELLO:
            return NoCertificate.NEVER
        if kind == _CERTIFICATE:
            # The list's length, then the length of the first certificate.
            length = int.from_bytes(body[3:6], "big")
            der = body[6 : 6 + length]
            if len(body) >= 6 and (length == 0 or 6 + length > size):
                return NoCertificate.NEVER
            if len(body) >= 6 and len(der) == length:
                return der
            break
        if len(body) < size:
            break
        place += 4 + size
    return NoCertificate.NEVER if ended else NoCertificate.INCOMPLETE
