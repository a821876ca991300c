"""MACs of the link, as evidence that merges and never as a sign of life."""

from __future__ import annotations

import asyncio

import pytest

from camscan.discovery.neighbour_table import NeighbourTable, mac_evidence
from camscan.discovery.tcp_connect import TcpConnect
from camscan.model.status import Status


def test_table_entries_in_scope(bench, monkeypatch):
    table = {"10.1.2.7": "C4-2F-90-01-02-03", "10.1.2.8": "02:42:ac:11:00:02", "10.9.9.9": "x"}
    monkeypatch.setattr("camscan.discovery.neighbour_table.neighbours", lambda: table)
    method = bench.run(NeighbourTable(), "10.1.2.0/24")
    found = {s.address: [(e.field, e.value) for e in s.evidence] for s in bench.sightings}
    assert found == {
        "10.1.2.7": [("mac.address", "c4:2f:90:01:02:03"), ("mac.oui", "c4:2f:90")],
        "10.1.2.8": [("mac.address", "02:42:ac:11:00:02")],
    }
    assert (method.sent, method.answered) == (0, 2)
    assert all(s.hint and s.port is None and s.transport == "link" for s in bench.sightings)
    assert bench.contacts == []


@pytest.mark.parametrize(
    "mac", ["", "zz", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "c4:2f:90"]
)
def test_what_is_no_device_gives_nothing(bench, mac):
    async def go():
        return mac_evidence(bench.context("10.1.2.0/24"), "10.1.2.7", mac)

    assert asyncio.run(go()) == ()


@pytest.mark.root
def test_after_a_sweep_the_table_names_the_host(bench, wire):
    def go():
        bench.run(TcpConnect((80,)), "10.97.0.0/29")
        return bench.run(NeighbourTable(), "10.97.0.0/29")

    method = wire.inside(wire.near, go)
    assert method.answered == 1
    hints = [s for s in bench.sightings if s.hint]
    assert [s.address for s in hints] == ["10.97.0.2"]
    assert hints[0].evidence[0].field == "mac.address"
    refused = [s for s in bench.sightings if s.status is Status.REFUSED]
    assert {s.address for s in refused} >= {"10.97.0.2"}
