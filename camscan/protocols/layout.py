"""Fields of datagrams of fixed layout: bytes at an offset as the text that evidence holds.

None stands for what the datagram is too short for, and for what was never set.
"""

from __future__ import annotations

import ipaddress
import re

from camscan.protocols.inquiry import flag, ipv4_of, mac_of, port_of
from camscan.protocols.text import to_text

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def mac_at(data: bytes, offset: int) -> str | None:
    """Six bytes as `00:11:22:33:44:55`."""
    return mac_of(data[offset : offset + 6])


def ipv4_at(data: bytes, offset: int) -> str | None:
    """Four bytes in network order as `192.0.2.1`."""
    return ipv4_of(data[offset : offset + 4])


def ipv6_at(data: bytes, offset: int) -> str | None:
    """Sixteen bytes as `fe80::1`."""
    address = data[offset : offset + 16]
    return str(ipaddress.IPv6Address(address)) if len(address) == 16 and any(address) else None


def version_at(data: bytes, offset: int) -> str | None:
    """Four bytes as `11.37.2.49`, the first of them first; None for 0.0.0.0."""
    return ipv4_at(data, offset)


def port_at(data: bytes, offset: int, *, little: bool = False) -> str | None:
    """Two bytes as a port number."""
    found = data[offset : offset + 2]
    return port_of(int.from_bytes(found, "little" if little else "big") if len(found) == 2 else "")


def text_at(data: bytes, offset: int, size: int) -> str | None:
    """Text up to the first NUL or `size` bytes; what follows a NUL may be left-over memory."""
    return one_line(to_text(data[offset : offset + size].split(b"\0", 1)[0]))


def one_line(text: str | None) -> str | None:
    """Without control characters, trimmed; None when nothing is left."""
    return _CONTROL.sub(" ", text or "").strip() or None


def switch(text: str | None) -> str | None:
    """`true` or `false` of `ON`, `off`, `1` …; None for anything else."""
    said = (text or "").strip().lower()
    return flag({"on": "1", "off": "0"}.get(said, said))
