"""A host that was deaf during the sweep is found by the repair after the sample shows the loss."""

from __future__ import annotations

import pytest

from camscan.discovery import tcp_syn
from camscan.discovery.tcp_syn import TcpSyn
from camscan.net.profile import PROFILES

pytestmark = pytest.mark.root


def test_what_the_sample_shows_is_asked_again(segment, bench, monkeypatch):
    segment.routed("10.98.0.0/24")
    segment.listen(80)
    hosts = [f"10.98.0.{n}" for n in range(1, 61)]
    plain = tcp_syn.ask_sample

    async def wake_up_first(run, *samples):
        # Everybody wakes between the sweep and the sample: nothing had been seen of them.
        segment.answers(*(f"{host}/32" for host in hosts))
        # The sample holds only some: the others must come by the repair.
        await plain(run, *(sample[:40] for sample in samples))

    monkeypatch.setattr(tcp_syn, "ask_sample", wake_up_first)
    method = segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/24", profile=PROFILES["thorough"])
    assert bench.open_ports == {(host, 80) for host in hosts}
    assert "silent ports were asked again for the loss that showed" in method.reason
    assert "silent ports answered when asked again" in method.reason


def test_a_quiet_network_is_not_asked_twice(segment, bench, syns, tmp_path):
    segment.routed("10.98.0.0/20")
    with segment.capture(tmp_path, segment.near, "cam0") as frames:
        method = segment.sweep(bench, TcpSyn((80,)), "10.98.0.0/20")
    assert "asked again for the loss" not in method.reason
    assert 4094 < len(syns(frames)) <= 4094 + 1000
