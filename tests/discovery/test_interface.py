"""The shapes that discovery hands on."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import pytest

from camscan.discovery.interface import Sighting, utc_now
from camscan.discovery.neighbour_table import NeighbourTable
from camscan.discovery.tcp_connect import TcpConnect
from camscan.discovery.wsd import WsdMulticast, WsdUnicast
from camscan.model.status import Status


def test_a_sighting_is_frozen_and_in_scope_by_default():
    sighting = Sighting(
        address="10.0.0.1", port=80, transport="tcp", status=Status.OK, method="x", at=utc_now()
    )
    assert sighting.on_scope
    assert not sighting.hint
    with pytest.raises(AttributeError):
        sighting.port = 81


def test_utc_now_is_aware():
    assert utc_now().tzinfo is UTC
    assert utc_now() - utc_now() < timedelta(seconds=1)


def test_methods_have_their_own_names():
    methods = (TcpConnect((80,)), WsdMulticast(), WsdUnicast(), NeighbourTable())
    assert len({method.name for method in methods}) == 4


def test_a_context_cannot_be_changed(bench):
    async def go():
        return bench.context("127.0.0.1")

    ctx = asyncio.run(go())
    with pytest.raises(AttributeError):
        ctx.scope = None
