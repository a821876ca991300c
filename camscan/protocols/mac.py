"""MAC addresses of single devices (IEEE 802), in the notations that tools and firmware write."""

from __future__ import annotations

import re

_NORMAL = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_JOINED = re.compile(r"(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}")
_DOTTED = re.compile(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
_BARE = re.compile(r"[0-9A-Fa-f]{12}")
_ZEROS = "00:00:00:00:00:00"


def normal_mac(text: str) -> str | None:
    """`aa:bb:cc:dd:ee:ff` of colons or dashes (`0:1b:…` too), Cisco's dots or bare digits.

    None for what is no MAC of one device: groups, the broadcast address and all zeros.
    """
    if _NORMAL.fullmatch(text):
        return text if int(text[1], 16) & 1 == 0 and text != _ZEROS else None
    octets = octets_of(text)
    return octets.hex(":") if octets is not None and is_device(octets) else None


def octets_of(text: str) -> bytes | None:
    """The six octets of a well-written MAC address, whoever's it is; None for other text."""
    if _JOINED.fullmatch(text):
        return bytes(int(part, 16) for part in re.split("[:-]", text))
    if _DOTTED.fullmatch(text) or _BARE.fullmatch(text):
        return bytes.fromhex(text.replace(".", ""))
    return None


def is_device(octets: bytes) -> bool:
    """True of six octets that may be one device's: no group, not all zeros."""
    return len(octets) == 6 and not octets[0] & 1 and any(octets)


def mac_fields(mac: str) -> tuple[tuple[str, str], ...]:
    """mac.address, and mac.oui unless the MAC is locally administered (bit 1 of the first octet),
    for then its first half names nobody. Nothing for what `normal_mac` refuses."""
    text = normal_mac(mac)
    if text is None:
        return ()
    if int(text[:2], 16) & 2:
        return (("mac.address", text),)
    return (("mac.address", text), ("mac.oui", text[:8]))
