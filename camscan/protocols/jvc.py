"""JVC's search protocol of the VN-V686 generation: text on UDP 80 (vendor's manual, page 14)."""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of
from camscan.protocols.text import to_text

_ANSWER = re.compile(r"system\.id=([A-Za-z0-9-]{1,32})\(([0-9.]{7,15})/([0-9]{1,2})\)&200 OK")


def decode(data: bytes) -> Decoded:
    """jvc.model .ipv4 .prefix of `system.id=VN-V686U(192.168.0.2/24)&200 OK`."""
    found = _ANSWER.match(to_text(data[:1024]))
    if found is None:
        return malformed()
    return Decoded(
        status=Status.OK,
        fields=pairs(
            (
                ("jvc.model", found.group(1)),
                ("jvc.ipv4", ipv4_of(found.group(2))),
                ("jvc.prefix", found.group(3)),
            )
        ),
    )
