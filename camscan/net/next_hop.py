"""The MAC address of a router on the link: from the kernel's table, else asked for.

The one frame that leaves for an address outside the scope: an ARP request or solicitation for the
next hop of targets in scope, as the kernel itself would send it.
"""

from __future__ import annotations

import select
import time
from ipaddress import ip_address

from camscan.net.bpf import arp_replies, neighbour_advertisements
from camscan.net.lane import Lane
from camscan.net.neighbour import neighbours
from camscan.net.neighbour_frame import ArpTemplate, SolicitationTemplate
from camscan.net.packet_socket import FrameReader, FrameSender, sending_socket
from camscan.protocols import arp, ndp

_ATTEMPTS = 4
_WAIT = 0.5


def next_hop_mac(lane: Lane) -> bytes | None:
    """Six bytes, or None when `lane.gateway` does not answer within two seconds; blocks.

    Raises LocalFaultError without the permission for raw frames.
    """
    if lane.gateway is None:
        return None
    gateway = ip_address(lane.gateway)
    table = neighbours()
    known = table.get(str(gateway)) or table.get(f"{gateway}%{lane.layer.name}")
    if known is not None:
        return bytes.fromhex(known.replace(":", ""))
    return _ask(lane, gateway.packed, str(gateway))


def _ask(lane: Lane, packed: bytes, gateway: str) -> bytes | None:
    import numpy as np

    index, mac = lane.layer.index, lane.layer.mac
    template: ArpTemplate | SolicitationTemplate
    if len(packed) == 4:
        template = ArpTemplate(mac, lane.source, slots=1)
        reader = FrameReader(index, arp.ETHERTYPE, arp_replies())
    else:
        template = SolicitationTemplate(mac, lane.source, slots=1)
        reader = FrameReader(index, ndp.ETHERTYPE, neighbour_advertisements())
    template.fill(np.frombuffer(packed, dtype=np.uint8).reshape(1, -1))
    sock = sending_socket(index)
    sender = FrameSender(sock, template.frames)
    try:
        for _ in range(_ATTEMPTS):
            sender.send(0, 1)
            end = time.monotonic() + _WAIT
            while (left := end - time.monotonic()) > 0:
                if not select.select([reader], [], [], left)[0]:
                    break
                for frame in reader.read():
                    raw = frame.tobytes()
                    said = (
                        arp.parse_reply(raw) if len(packed) == 4 else ndp.parse_advertisement(raw)
                    )
                    if said is not None and said.address == gateway:
                        return bytes.fromhex(said.mac.replace(":", ""))
        return None
    finally:
        sock.close()
        reader.close()
