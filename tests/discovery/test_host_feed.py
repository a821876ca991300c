from __future__ import annotations

import asyncio

from camscan.discovery.host_feed import HostFeed


def test_every_reader_gets_every_host_once_and_in_order() -> None:
    async def run() -> tuple[list[str], list[str]]:
        feed = HostFeed(sources=2)
        feed.add("10.0.0.1")

        async def read() -> list[str]:
            return [address async for address in feed]

        early = asyncio.create_task(read())
        await asyncio.sleep(0)
        feed.add("10.0.0.2")
        feed.add("10.0.0.1")
        feed.source_ended()
        await asyncio.sleep(0)
        assert not early.done(), "one source may still find hosts"
        feed.add("10.0.0.3")
        feed.source_ended()
        return await asyncio.wait_for(early, 1), [address async for address in feed]

    first, second = asyncio.run(run())
    assert first == second == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]


def test_without_sources_it_ends_at_once() -> None:
    async def run() -> list[str]:
        return [address async for address in HostFeed()]

    assert asyncio.run(run()) == []
