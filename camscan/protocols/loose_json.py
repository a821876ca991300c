"""JSON as datagrams carry it: behind a binary header, with a tail, or broken.

A device that forgets a quotation mark still has a MAC address and a model; so what no parser reads
is searched key by key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from camscan.protocols.inquiry import MAX_DATAGRAM
from camscan.protocols.text import to_text

_decoder = json.JSONDecoder(strict=False)
_KEY_LIMIT = 64


def json_text(data: bytes) -> str | None:
    """Text from the first `{` on; None without one."""
    start = data[:MAX_DATAGRAM].find(b"{")
    return None if start < 0 else to_text(data[start:MAX_DATAGRAM]).rstrip("\x00\r\n\t ")


def parse_object(text: str) -> dict[str, Any] | None:
    """The object at the start of `text`, whatever follows it; None when it is broken."""
    try:
        value, _ = _decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def salvage(text: str, keys: Iterable[str]) -> dict[str, str]:
    """The first scalar of each of `keys` in broken JSON; a text ends at a quote, comma or line.

    Dots in a key are part of it; a key that occurs nowhere is left out.
    """
    found: dict[str, str] = {}
    for key in list(keys)[:_KEY_LIMIT]:
        match = re.search(
            rf'"{re.escape(key)}"\s{{0,8}}:\s{{0,8}}(?:"([^"\r\n,{{}}]{{0,256}})|([-\w.]{{1,32}}))',
            text,
        )
        if match is not None:
            found[key] = (match.group(1) or match.group(2) or "").strip()
    return found


def inner(value: object, *path: str) -> dict[str, Any]:
    """The object under `path`; empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
