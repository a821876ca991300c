"""Fields of binary datagrams: bytes at an offset as the text that evidence holds.

None stands for what the datagram is too short for, and for what was never set.
"""

from __future__ import annotations

import ipaddress
import re

from camscan.protocols.text import to_text

_NO_MAC = (bytes(6), b"\xff" * 6)
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def mac_at(data: bytes, offset: int) -> str | None:
    """Six bytes as `00:11:22:33:44:55`; None for all zeros or all ones."""
    mac = data[offset : offset + 6]
    return mac.hex(":") if len(mac) == 6 and mac not in _NO_MAC else None


def mac_of(text: str | None) -> str | None:
    """A written MAC (`00-11-22-33-44-55`, `001122334455`) in lower case with colons, or None."""
    written = (text or "").strip()
    if _MAC.fullmatch(written) is None:
        return None
    return mac_at(bytes.fromhex(written.replace(":", "").replace("-", "")), 0)


def ipv4_at(data: bytes, offset: int) -> str | None:
    """Four bytes in network order as `192.0.2.1`; None for 0.0.0.0."""
    address = data[offset : offset + 4]
    return ".".join(map(str, address)) if len(address) == 4 and any(address) else None


def ipv6_at(data: bytes, offset: int) -> str | None:
    """Sixteen bytes as `fe80::1`; None for `::`."""
    address = data[offset : offset + 16]
    return str(ipaddress.IPv6Address(address)) if len(address) == 16 and any(address) else None


def address_of(text: str | None) -> str | None:
    """A written IPv4 or IPv6 address as written, or None for anything else and for `::`."""
    written = (text or "").strip()
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return None
    return None if address.version == 6 and address.is_unspecified else written


def text_at(data: bytes, offset: int, size: int) -> str | None:
    """Text up to the first NUL or `size` bytes; what follows a NUL may be left-over memory."""
    return one_line(to_text(data[offset : offset + size].split(b"\0", 1)[0]))


def one_line(text: str | None) -> str | None:
    """Without control characters, trimmed; None when nothing is left."""
    return _CONTROL.sub(" ", text or "").strip() or None


def port_at(data: bytes, offset: int, *, little: bool = False) -> str | None:
    """Two bytes as a port number; None for 0."""
    found = data[offset : offset + 2]
    number = int.from_bytes(found, "little" if little else "big")
    return str(number) if len(found) == 2 and number else None


def port_of(text: str | None) -> str | None:
    """A written port number from 1 to 65535, or None."""
    written = (text or "").strip()
    if not re.fullmatch(r"[0-9]{1,5}", written) or not 0 < int(written) < 65536:
        return None
    return str(int(written))
