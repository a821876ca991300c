"""What answers to vendors' inquiries have in common: names of keys, addresses, booleans."""

from __future__ import annotations

import ipaddress
import re

MAX_DATAGRAM = 65536

_WORD_END = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IP_VERSION = re.compile(r"IPv(?=[46])")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:. -]?[0-9A-Fa-f]{2}){5}")
_TRUE = frozenset({"true", "1", "yes"})
# "flase" is how Hikvision firmware spells it.
_FALSE = frozenset({"false", "flase", "0", "no"})


def snake(key: str) -> str:
    """`SDKOverTLSPort` → `sdk_over_tls_port`, `IPv4Address` → `ipv4_address`."""
    return _WORD_END.sub("_", _IP_VERSION.sub("Ipv", key)).lower()


def mac_of(value: str | bytes | None) -> str | None:
    """`aa:bb:cc:dd:ee:ff` of text in any notation or of six octets; None for none or a filler."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if _MAC.fullmatch(text) is None:
            return None
        value = bytes.fromhex(re.sub(r"[:. -]", "", text))
    if len(value) != 6 or value in (bytes(6), b"\xff" * 6):
        return None
    return value.hex(":")


def ipv4_of(value: str | bytes | None) -> str | None:
    """An IPv4 address or mask of text or four octets in network order; None for 0.0.0.0."""
    try:
        address = ipaddress.IPv4Address(value.strip() if isinstance(value, str) else value or "")
    except (ValueError, TypeError):
        return None
    return None if address.is_unspecified else str(address)


def ipv6_of(value: str | None) -> str | None:
    """An IPv6 address without its prefix length; None for `::`, `\\/0` and other fillers."""
    try:
        address = ipaddress.IPv6Address((value or "").partition("/")[0].partition("%")[0].strip())
    except ValueError:
        return None
    return None if address.is_unspecified else str(address)


def flag(value: object) -> str | None:
    """`true` or `false` of a boolean as firmware writes it, misspelt or as a digit; else None."""
    text = str(value).strip().lower()
    return "true" if text in _TRUE else "false" if text in _FALSE else None


def port_of(value: object) -> str | None:
    """A port as text; None for 0 and whatever is no port."""
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 0 < int(text) < 65536:
        return None
    return str(int(text))


def scalar(value: object) -> str | None:
    """Text of a JSON or XML scalar, booleans in lower case; None for anything else or blanks."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value).strip() or None
    return None


def starred(value: str | None) -> str | None:
    """None where somebody has put asterisks in place of a secret."""
    return None if value is None or not value.strip("* ") else value
