"""Sony's search protocol: `STX KEY:VALUE 0xFF … ETX` on UDP 2380 and, for PTZ models, 52380.

Layout: julienblitte/UniversalScanner Sony.cs. The same ports take settings, so a packet that
asks or sets is no answer.
"""

from __future__ import annotations

from camscan.model.status import Status
from camscan.protocols.decoded import Decoded, malformed, pairs
from camscan.protocols.inquiry import ipv4_of, mac_of, port_of
from camscan.protocols.layout import one_line, switch
from camscan.protocols.text import to_text

_MOST_KEYS = 64
_ADDRESSES = {"IPADR": "ipv4", "MASK": "netmask", "GATEWAY": "gateway"}
_TEXTS = {
    "MODEL": "model",
    "SERIAL": "serial",
    "SOFTVERSION": "firmware",
    "NAME": "name",
    "INFO": "info",
}


def decode(data: bytes) -> Decoded:
    """sony.mac .model .serial .firmware .info .ipv4 .http_port …; MALFORMED without MAC or MODEL.

    `sony.info` repeats the question: `allinfo` is asked of Sony's own cameras, `network` of
    every maker's VISCA camera.
    """
    if data[:1] != b"\x02":
        return malformed()
    said: dict[str, str] = {}
    for item in data[1:65536].split(b"\xff", _MOST_KEYS)[:_MOST_KEYS]:
        key, colon, value = to_text(item).partition(":")
        if colon:
            said.setdefault(key.strip().upper(), value)
    if not ({"MAC", "MODEL"} & said.keys()) or "ENQ" in said:
        return malformed()
    found: list[tuple[str, str | None]] = [("sony.mac", mac_of(said.get("MAC")))]
    found.extend((f"sony.{name}", one_line(said.get(key))) for key, name in _TEXTS.items())
    found.extend((f"sony.{name}", ipv4_of(said.get(key))) for key, name in _ADDRESSES.items())
    found.extend(("sony.dns", ipv4_of(said.get(key))) for key in ("DNS1", "DNS2"))
    found.append(("sony.dhcp", switch(said.get("DHCP"))))
    found.append(("sony.http_port", port_of(said.get("WEBPORT"))))
    kept = pairs(found)
    return Decoded(status=Status.OK, fields=kept) if kept else malformed()
