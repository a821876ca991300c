"""Reolink's answer on UDP 3000 to its broadcast inquiry on UDP 2000: 388 bytes of fixed places.

Layout: xannor/ha_reolink_discovery custom_components/reolink_discovery/core.py. The UID (place
228), with which anybody reaches the camera over the maker's cloud, is not read.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, mac_of, port_of
from camscan.protocols.text import to_text

PORT = 3000
QUERY = bytes.fromhex("aaaa0000")

_SIZE = 388
_MARK = 104


def decode(data: bytes) -> Decoded:
    """reolink.* of one answer; MALFORMED for the query and for anything without its mark."""
    if len(data) < _SIZE or data[_MARK : _MARK + 4] != QUERY:
        return malformed()
    found: list[tuple[str, str | None]] = [
        ("reolink.mac", mac_of(data[80:86]) or mac_of(_text(data[164:182]))),
        ("reolink.ident", _text(data[58:76])),
        ("reolink.ipv4", ipv4_of(_text(data[108:128]))),
        ("reolink.port", port_of(int.from_bytes(data[128:132], "little"))),
        ("reolink.name", _text(data[132:164])),
    ]
    fields = pairs(found)
    known = {name for name, _ in fields} & {"reolink.mac", "reolink.ident", "reolink.ipv4"}
    return Decoded(status=Status.OK, fields=fields) if known else malformed()


def _text(part: bytes) -> str | None:
    return to_text(part.partition(b"\x00")[0]).strip() or None
