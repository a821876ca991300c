"""The rate falls for a reason, to an eighth at the least."""

from __future__ import annotations

import asyncio

from camscan.discovery.syn_pace import SynPace
from camscan.net.pace import Paces
from camscan.net.profile import PROFILES


def pace(name="normal"):
    return SynPace(PROFILES[name], Paces(PROFILES[name]))


def test_the_profile_s_rates():
    one = pace()
    assert (one.rates.total, one.rates.routed) == (2000, 500)
    assert one.per_second == 2000


def test_slower_and_slower_but_not_for_ever():
    one = pace()
    for _ in range(6):
        one.slow("loss")
    assert one.per_second == 250
    assert len(one.reasons) == 3
    assert one.reasons[0] == "rate lowered to 1,000/s: loss"
    assert one.rates.routed == 62.5
    one.half()
    assert one.per_second == 125


def test_loss_that_a_lower_rate_does_not_cure():
    one = pace()
    one.lost(0.10, "loss 10%")
    one.lost(0.04, "loss 4%")
    assert one.per_second == 500
    for _ in range(3):
        one.lost(0.04, "loss 4%")
    assert one.per_second == 500
    assert one.reasons[2:] == ["no lower still: loss stays at 4.0%"]


def test_a_storm_of_refusals():
    one = pace()
    one.note(sent=150, prohibited=100)
    assert one.reasons == []
    one.note(sent=60)
    assert "100 of 210 SYNs met ICMP prohibited" in one.reasons[0]
    one.note(sent=400, reset=390)
    assert "390 of 400 SYNs were reset" in one.reasons[1]
    one.note(sent=400, reset=200, prohibited=50)
    assert len(one.reasons) == 2


def test_what_others_send_is_counted():
    profile = PROFILES["normal"]
    paces = Paces(profile)
    one = SynPace(profile, paces)

    async def send():
        for _ in range(20):
            await paces.datagram(on_link=True)

    asyncio.run(send())
    assert one.rates.passed() == 20
