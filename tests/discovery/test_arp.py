"""The ARP sweep on a wire: every address of the scope asked, a MAC for each that is there."""

from __future__ import annotations

import pytest

from camscan.discovery.arp import ArpSweep
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_syn import TcpSyn


@pytest.mark.root
def test_asked_are_exactly_the_addresses_in_scope(segment, bench, tmp_path):
    segment.answers("10.97.0.20")
    methods = []
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        segment.sweep(
            bench,
            TcpSyn((80,), events=SweepEvents(on_method=methods.append)),
            "10.97.0.16/28",
            exclude=("10.97.0.25",),
        )
    requests = [
        f for _, f in frames if f[12:14] == b"\x08\x06" and f[20:22] == b"\0\1" and f[:1] == b"\xff"
    ]
    sweep = {f[41] for f in requests if len(f) == 60}  # the kernel's own are 42 bytes long
    assert sweep == set(range(17, 31)) - {25}
    (method,) = methods
    assert (method.name, method.answered) == (ArpSweep.name, 1)
    assert method.sent == 13 + 12 + 12
    (sighting,) = [s for s in bench.sightings if s.transport == "link"]
    assert sighting.address == "10.97.0.20"
    shown = segment.command(segment.far, *["ip", "link", "show", "dev0"])
    assert sighting.evidence[0].value in shown
