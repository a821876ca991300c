"""QUIC Initial packets made by hand (RFC 9000 section 17.2.2, RFC 9001 section 5)."""

from __future__ import annotations

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V1, V2 = 1, 0x6B3343CF
_SALTS = {
    V1: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
    V2: "0dede3def700a6db819381be6e269dcbf9bd2ed9",
}
_TYPES = {V1: 0xC0, V2: 0xD0}
_WORDS = {V1: "quic", V2: "quicv2"}

# The CRYPTO frame of RFC 9001, appendix A.2
CRYPTO = bytes.fromhex(
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c000004"
    "13011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d00170018"
    "00100007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba75"
    "3de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305030603020308040805080600"
    "2d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075"
    "300901100f088394c8f03e51570806048000ffff"
)
HELLO = CRYPTO[4:]
IDENTITY = bytes.fromhex("8394c8f03e515708")


def client_keys(identity=IDENTITY, version=V1):
    """Key, IV and header protection key of the client."""
    secret = hmac.digest(bytes.fromhex(_SALTS[version]), identity, hashlib.sha256)
    client = _expand(secret, "client in", 32)
    word = _WORDS[version]
    return tuple(
        _expand(client, f"{word} {k}", n) for k, n in (("key", 16), ("iv", 12), ("hp", 16))
    )


def _expand(secret, label, length):
    name = b"tls13 " + label.encode()
    info = struct.pack(">HB", length, len(name)) + name + b"\0\1"
    return hmac.digest(secret, info, hashlib.sha256)[:length]


def crypto(offset, data):
    return b"\6" + struct.pack(">HH", 0x4000 | offset, 0x4000 | len(data)) + data


def initial(
    frames, *, number=2, identity=IDENTITY, original=None, version=V1, token=b"", size=1162
):
    """One protected Initial packet, padded to `size` bytes of frames; `original` is the connection
    ID that its keys come from."""
    key, iv, protection = client_keys(original or identity, version)
    frames = frames.ljust(size, b"\0")
    head = bytes((_TYPES[version] | 3,)) + struct.pack(">I", version)
    head += bytes((len(identity),)) + identity + b"\0" + bytes((len(token),)) + token
    head += struct.pack(">H", 0x4000 | len(frames) + 4 + 16) + struct.pack(">I", number)
    nonce = bytes(a ^ b for a, b in zip(iv, number.to_bytes(12, "big"), strict=True))
    sealed = AESGCM(key).encrypt(nonce, frames, head)
    cipher = Cipher(algorithms.AES(protection), modes.ECB()).encryptor()
    mask = cipher.update(sealed[:16])
    first = bytes((head[0] ^ mask[0] & 0x0F,))
    hidden = bytes(a ^ b for a, b in zip(head[-4:], mask[1:5], strict=True))
    return first + head[1:-4] + hidden + sealed
