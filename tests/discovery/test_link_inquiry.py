from __future__ import annotations

import time
from typing import Any

import pytest

from camscan.discovery.link_inquiry import SENDS, shots
from camscan.discovery.registry import LINK_INQUIRIES
from camscan.discovery.sadp import Sadp
from camscan.model.coverage import MethodStatus
from camscan.net.profile import PROFILES
from camscan.protocols import query


def test_a_message_goes_to_its_group_and_as_broadcast() -> None:
    sadp, ssdp6, gige = query.sadp_inquiry(), query.ssdp_basic_ipv6(), query.gige_discovery()
    assert [(s.query, s.broadcast) for s in shots([sadp, ssdp6, gige], 4)] == [
        (sadp, False),
        (sadp, True),
        (gige, True),
    ]
    assert [(s.query, s.broadcast) for s in shots([sadp, ssdp6, gige], 6)] == [(ssdp6, False)]


def test_without_a_link_in_scope_nothing_leaves(bench: Any) -> None:
    for kind in LINK_INQUIRIES:
        method = bench.run(kind(), "127.78.3.0/29")
        assert method.status is MethodStatus.SKIPPED
    assert bench.contacts == []


@pytest.mark.root
def test_the_same_bytes_leave_again_and_the_second_broadcast_is_directed(inquire: Any) -> None:
    found = inquire(Sadp, 37020, group="239.255.255.250")
    sent = [payload for _, _, payload in found.asked]
    assert len(set(sent)) == 2
    assert {sent.count(each) for each in set(sent)} == {2 * SENDS}
    first = next(iter(sent))
    order = [target for target, _, payload in found.asked if payload == first]
    assert order.count("10.97.0.255") == 1
    assert order.count("255.255.255.255") == 2
    assert order.index("255.255.255.255") < order.index("10.97.0.255")
    assert found.method.answered == 0
    assert found.method.status is MethodStatus.DONE


@pytest.mark.alone
@pytest.mark.root
def test_everything_together_takes_no_longer_than_one(bench: Any, wire: Any) -> None:
    """Profile normal: all inquiries of a link within three seconds."""
    import asyncio

    async def go() -> float:
        ctx = bench.context("10.97.0.0/24", profile=PROFILES["normal"])
        begin = time.monotonic()
        await asyncio.gather(*(kind().run(ctx, bench.sightings.append) for kind in LINK_INQUIRIES))
        return time.monotonic() - begin

    seconds = wire.inside(wire.near, lambda: asyncio.run(go()))
    assert len(bench.contacts) == 141
    normal = PROFILES["normal"]
    assert normal.ask_seconds + normal.listen_seconds < seconds < 3.5
    times = sorted(contact.at.timestamp() for contact in bench.contacts)
    half = sum(at < times[0] + normal.ask_seconds / 2 for at in times)
    assert 40 < half < 100, "spread over the sending time"
