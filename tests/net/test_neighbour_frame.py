"""Templates give the frames that the codecs build one by one."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from camscan.net.neighbour_frame import ArpTemplate, SolicitationTemplate
from camscan.protocols.arp import build_request
from camscan.protocols.ndp import build_solicitation

MAC = bytes.fromhex("020000000001")


def test_arp():
    template = ArpTemplate(MAC, "10.0.0.1", slots=4)
    octets = np.array([[10, 0, 0, 7], [10, 0, 3, 8]], dtype=np.uint8)
    frames = template.fill(octets)
    assert [frame.tobytes() for frame in frames] == [
        build_request(MAC, "10.0.0.1", target) for target in ("10.0.0.7", "10.0.3.8")
    ]
    assert (template.targets(frames) == octets).all()


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=4))
def test_solicitations(targets):
    template = SolicitationTemplate(MAC, "fd00::1", slots=4)
    octets = np.frombuffer(b"".join(targets), dtype=np.uint8).reshape(-1, 16)
    frames = template.fill(octets)
    assert [frame.tobytes() for frame in frames] == [
        build_solicitation(MAC, "fd00::1", str(ip_address(raw))) for raw in targets
    ]
    assert (template.targets(frames) == octets).all()
