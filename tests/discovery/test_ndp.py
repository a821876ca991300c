"""Neighbour discovery on a wire: solicitations go to the right groups only."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest

from camscan.discovery.ndp import NdpSweep
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_syn import TcpSyn


@pytest.mark.root
def test_link_local_addresses_on_their_interface(segment, bench, tmp_path):
    words = "ip -6 address add fe80::77/64 dev dev0 nodad"
    segment.command(segment.far, *words.split())
    segment.listen(80)
    methods = []
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(
            bench,
            TcpSyn((80, 81), events=SweepEvents(on_method=methods.append)),
            "fe80::70%cam0-fe80::7f",
        )
    assert ("fe80::77%cam0", 80) in bench.open_ports
    (method,) = methods
    assert (method.name, method.answered) == (NdpSweep.name, 1)
    asked = {
        IPv6Address(f[62:78])
        for _, f in frames
        if f[12:14] == b"\x86\xdd" and f[20] == 58 and f[54] == 135
    }
    wanted = {IPv6Address(f"fe80::{n:x}") for n in range(0x70, 0x80)}
    assert wanted <= asked
