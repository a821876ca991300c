"""The server name in the Initial packets of a QUIC client: RFC 9000, RFC 9001 section 5, RFC 9369.

Initial packets are protected with keys that anybody can derive from the connection ID which the
client chose; a capture therefore shows the ClientHello. Sans-IO, bounded work and memory.
"""

from __future__ import annotations

import struct

from camscan.sources.flows.tls_hello import Hello, name_in_hello

_MOST_PACKETS = 12
_MOST_KEYS = 3
_MOST_FRAMES = 64
_LONGEST_HELLO = 1 << 14
_LONGEST_ID = 20
_PADDING, _PING, _ACK, _ACK_ECN, _CRYPTO = 0, 1, 2, 3, 6


class _Version:
    """Salt, labels and the packet type of an Initial in one version."""

    def __init__(self, salt: str, label: str, initial: int) -> None:
        self.salt = bytes.fromhex(salt)
        self.label = label
        self.initial = initial


_VERSIONS = {
    # RFC 9001 section 5.2; RFC 9369 sections 3.2 and 3.3
    b"\0\0\0\1": _Version("38762cf7f55934b34d179ae6a4c80cadccbb7f0a", "quic ", 0),
    b"\x6b\x33\x43\xcf": _Version("0dede3def700a6db819381be6e269dcbf9bd2ed9", "quicv2 ", 1),
}


def is_initial(datagram: bytes) -> bool:
    """True when a datagram begins with an Initial packet of a known version."""
    version = _VERSIONS.get(datagram[1:5])
    return version is not None and datagram[0] & 0xC0 == 0xC0 and _type(datagram) == version.initial


def _type(datagram: bytes) -> int:
    return datagram[0] >> 4 & 3


class QuicHello:
    """Collects the ClientHello of one connection from the datagrams of its client."""

    __slots__ = ("_keys", "_packets", "_pieces")

    def __init__(self) -> None:
        self._keys: dict[bytes, _Keys] = {}
        self._packets = 0
        self._pieces: dict[int, bytes] = {}

    def look_at(self, datagram: bytes) -> str | Hello:
        """Take up the client's next datagram: the server name, INCOMPLETE when more is needed, or
        why there is none."""
        place = 0
        while place + 7 < len(datagram) and is_initial(datagram[place : place + 5]):
            self._packets += 1
            header = _header(datagram, place)
            if header is None or self._packets > _MOST_PACKETS:
                return Hello.NOT_TLS
            frames = self._opened(datagram, place, header)
            if frames is not None:
                self._take_frames(frames)
            place = header.end
        if not self._packets:
            return Hello.NOT_TLS
        return self._name()

    def _opened(self, datagram: bytes, place: int, header: _Header) -> bytes | None:
        """The frames of one packet; the keys stay those of the first one, until a Retry."""
        for identity, keys in self._keys.items():
            if identity != header.identity:
                frames = keys.opened(datagram, place, header)
                if frames is not None:
                    return frames
        known = self._keys.get(header.identity)
        if known is None:
            if len(self._keys) >= _MOST_KEYS:
                return None
            known = _Keys(_VERSIONS[datagram[place + 1 : place + 5]], header.identity)
            self._keys[header.identity] = known
        return known.opened(datagram, place, header)

    def _take_frames(self, data: bytes) -> None:
        """Keep the CRYPTO frames of an Initial packet (RFC 9000 section 17.2.2 lists what may be
        there)."""
        place = 0
        for _ in range(_MOST_FRAMES):
            while place < len(data) and data[place] in (_PADDING, _PING):
                place += 1
            if place >= len(data):
                return
            kind = data[place]
            place += 1
            if kind in (_ACK, _ACK_ECN):
                numbers = _numbers(data, place, 4)
                if numbers is None:
                    return
                (_, _, ranges, _), place = numbers
                more = _numbers(data, place, min(2 * ranges, 256) + 3 * (kind == _ACK_ECN))
                if more is None:
                    return
                place = more[1]
            elif kind == _CRYPTO:
                numbers = _numbers(data, place, 2)
                if numbers is None:
                    return
                (offset, length), place = numbers
                piece = data[place : place + length]
                place += length
                longer = len(piece) > len(self._pieces.get(offset, b""))
                if longer and offset + len(piece) <= _LONGEST_HELLO:
                    self._pieces[offset] = piece
            else:
                return

    def _name(self) -> str | Hello:
        joined = b""
        for offset in sorted(self._pieces):
            if offset > len(joined):
                break
            joined += self._pieces[offset][len(joined) - offset :]
        return name_in_hello(joined)


class _Header:
    """One long header: the client's destination connection ID, where the packet number stands, and
    where the packet ends."""

    __slots__ = ("end", "identity", "number_at")

    def __init__(self, identity: bytes, number_at: int, end: int) -> None:
        self.identity = identity
        self.number_at = number_at
        self.end = end


def _header(data: bytes, place: int) -> _Header | None:
    at = place + 5
    size = data[at]
    identity = data[at + 1 : at + 1 + size]
    at += 1 + size
    if size > _LONGEST_ID or at >= len(data) or data[at] > _LONGEST_ID:
        return None
    token = _numbers(data, at + 1 + data[at], 1)
    if token is None:
        return None
    length = _numbers(data, token[1] + token[0][0], 1)
    if length is None:
        return None
    return _Header(identity, length[1], length[1] + length[0][0])


def _numbers(data: bytes, place: int, count: int) -> tuple[tuple[int, ...], int] | None:
    """`count` variable-length integers (RFC 9000 section 16) and where they end."""
    found: list[int] = []
    for _ in range(count):
        if place >= len(data):
            return None
        size = 1 << (data[place] >> 6)
        value = int.from_bytes(data[place : place + size], "big")
        place += size
        if place > len(data):
            return None
        found.append(value & (1 << 8 * size - 2) - 1)
    return tuple(found), place


class _Keys:
    """What protects the client's Initial packets under one connection ID."""

    __slots__ = ("_iv", "_key", "_protection")

    def __init__(self, version: _Version, identity: bytes) -> None:
        initial = _hmac(version.salt, identity)
        client = _expand(initial, "client in", 32)
        self._key = _expand(client, f"{version.label}key", 16)
        self._iv = _expand(client, f"{version.label}iv", 12)
        self._protection = _expand(client, f"{version.label}hp", 16)

    def opened(self, data: bytes, place: int, header: _Header) -> bytes | None:
        """The frames of the packet at `place`, None when the keys do not fit.

        A packet that the snap length cut cannot be verified and is only decrypted.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        at = header.number_at
        sample = data[at + 4 : at + 20]
        if len(sample) < 16 or header.end < at + 20:
            return None
        # ECB of one block is how RFC 9001 section 5.4.3 makes the mask.
        mask = Cipher(algorithms.AES(self._protection), modes.ECB()).encryptor().update(sample)  # noqa: S305
        first = data[place] ^ mask[0] & 0x0F
        size = (first & 3) + 1
        number = bytes(a ^ b for a, b in zip(data[at : at + size], mask[1:], strict=False))
        plain_header = bytes((first,)) + data[place + 1 : at] + number
        nonce = bytes(a ^ b for a, b in zip(self._iv, number.rjust(12, b"\0"), strict=True))
        sealed = data[at + size : header.end]
        if header.end > len(data):
            counter = modes.CTR(nonce + struct.pack(">I", 2))
            return Cipher(algorithms.AES(self._key), counter).decryptor().update(sealed)
        try:
            return AESGCM(self._key).decrypt(nonce, sealed, plain_header)
        except InvalidTag:
            return None


def _expand(secret: bytes, label: str, length: int) -> bytes:
    """HKDF-Expand-Label of RFC 8446 section 7.1, for one block of SHA-256."""
    name = f"tls13 {label}".encode()
    info = struct.pack(">HB", length, len(name)) + name + b"\0"
    return _hmac(secret, info + b"\1")[:length]


def _hmac(key: bytes, message: bytes) -> bytes:
    import hmac  # takes as long to load as thousands of packets to count, and few captures need it

    return hmac.digest(key, message, "sha256")
