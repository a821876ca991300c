"""360 Vision's search protocol on UDP 3600: `DISCOVER TYPE=IPDOME KEY='00:…' ID=…`.

Text: julienblitte/UniversalScanner 360Vision.cs. An answer begins with the word of the question.
"""

from __future__ import annotations

import re

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import mac_of
from camscan.protocols.layout import one_line
from camscan.protocols.text import to_text

_PAIR = re.compile(r"\b([A-Z]{1,16})=(?:'([^'\r\n]{0,64})'|([^\s']{1,64}))")


def decode(data: bytes) -> Decoded:
    """360vision.type .mac .id; MALFORMED for the question, which has no TYPE."""
    text = to_text(data[:1024])
    if not text.startswith("DISCOVER "):
        return malformed()
    said = {found.group(1): found.group(2) or found.group(3) for found in _PAIR.finditer(text)}
    if "TYPE" not in said:
        return malformed()
    found = pairs(
        (
            ("360vision.type", one_line(said["TYPE"])),
            ("360vision.mac", mac_of(said.get("KEY"))),
            ("360vision.id", one_line(said.get("ID"))),
        )
    )
    return Decoded(status=Status.OK, fields=found) if found else malformed()
