"""Places: first come, first served, also where nobody may wait."""

from __future__ import annotations

import asyncio

from camscan.net.places import Places


def test_nobody_overtakes_a_waiter():
    async def go():
        places, order = Places(1), []
        assert places.take_now()
        assert places.full
        assert not places.take_now()

        async def visit(name):
            await places.take()
            order.append(name)

        visits = [asyncio.create_task(visit(name)) for name in "ab"]
        await asyncio.sleep(0)
        places.give()
        assert not places.take_now(), "it is the first waiter's already"
        await visits[0]
        assert order == ["a"]
        places.give()
        await visits[1]
        places.give()
        assert places.take_now()
        return order

    assert asyncio.run(go()) == ["a", "b"]


def test_who_is_cancelled_takes_no_place_with_him():
    async def go():
        places = Places(1)
        await places.take()
        waiting, handed, last = (asyncio.create_task(places.take()) for _ in range(3))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        places.give()
        handed.cancel()  # in the moment in which it has got its place
        await asyncio.wait_for(last, 1)
        places.give()
        assert places.take_now()
        assert places.full

    asyncio.run(go())
