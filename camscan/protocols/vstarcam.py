"""VStarcam's search protocol on UDP 8600.

Layout: julienblitte/UniversalScanner Vstarcam.cs. Bytes 236 to 299 hold user and password on real
devices: what follows byte 235 is cut off before anything is read. A serial number that is a cloud
identity (letters, six digits, five letters) leads to the camera from outside and is dropped.
"""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of
from camscan.protocols.layout import mac_at, port_at, text_at

_ANSWER = b"\x44\x48\x01\x08"
_SECRETS = 236
_LEAST = 92
_CLOUD_ID = re.compile(r"[A-Z]{3,8}-?[0-9]{6}-?[A-Z]{5}")


def decode(data: bytes) -> Decoded:
    """vstarcam.mac .serial .name .firmware .ipv4 .http_port …; MALFORMED for a question."""
    head = data[:_SECRETS]
    if not head.startswith(_ANSWER) or len(head) < _LEAST:
        return malformed()
    found = pairs(
        (
            ("vstarcam.mac", mac_at(head, 84)),
            ("vstarcam.serial", _serial(head)),
            ("vstarcam.name", text_at(head, 124, 32)),
            ("vstarcam.firmware", text_at(head, 204, 16)),
            ("vstarcam.ipv4", ipv4_of(text_at(head, 4, 16))),
            ("vstarcam.netmask", ipv4_of(text_at(head, 20, 16))),
            ("vstarcam.gateway", ipv4_of(text_at(head, 36, 16))),
            ("vstarcam.dns", ipv4_of(text_at(head, 52, 16))),
            ("vstarcam.dns", ipv4_of(text_at(head, 68, 16))),
            ("vstarcam.http_port", port_at(head, 90, little=True)),
        )
    )
    return Decoded(status=Status.OK, fields=found) if found else malformed()


def _serial(head: bytes) -> str | None:
    said = text_at(head, 92, 32)
    return None if said is None or _CLOUD_ID.fullmatch(said) else said
