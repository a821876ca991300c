"""Favicon hashes: MurmurHash3 as Shodan computes it, and MD5 as recog lists it.

Shodan hashes the base64 text with a line break after every 76 characters and at the end,
signed 32 bits, seed 0 (https://blog.shodan.io/deep-dive-http-favicon/).
"""

from __future__ import annotations

import base64
import hashlib

import mmh3
from msgspec import Struct

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs


class Favicon(Struct, frozen=True):
    """Hashes of one icon: `mmh3` signed decimal, `md5` hex."""

    mmh3: int
    md5: str


def hashes(data: bytes) -> Favicon:
    """Both hashes of the bytes as they are."""
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return Favicon(mmh3=mmh3.hash(base64.encodebytes(data)), md5=digest)


def is_icon(data: bytes) -> bool:
    """False for nothing and for pages: many servers answer any path with 200 and HTML."""
    start = data.lstrip()[:512].lower()
    return bool(start) and (not start.startswith(b"<") or b"<svg" in start)


def decode(data: bytes) -> Decoded:
    """Evidence of an icon's bytes; MALFORMED for what is no icon."""
    if not is_icon(data):
        return malformed()
    icon = hashes(data)
    return Decoded(
        status=Status.OK,
        fields=pairs((("http.favicon.mmh3", str(icon.mmh3)), ("http.favicon.md5", icon.md5))),
    )
