from __future__ import annotations

import asyncio

import pytest

from camscan.net import inbox
from camscan.net.inbox import HeardFrame, Inbox


def frame(data: bytes = b"x") -> HeardFrame:
    return HeardFrame(1.0, "eth0", data)


async def read(box: Inbox, seconds: float) -> list[bytes]:
    return [item.data async for item in box.listen(seconds)]


def test_items_before_and_while_listening() -> None:
    async def go() -> list[bytes]:
        box = Inbox()
        box.put(frame(b"1"))
        asyncio.get_running_loop().call_later(0.02, box.put, frame(b"2"))
        return await read(box, 0.2)

    assert asyncio.run(go()) == [b"1", b"2"]


def test_what_has_arrived_is_read_even_when_no_time_is_left() -> None:
    async def go() -> list[bytes]:
        box = Inbox()
        for number in range(3):
            box.put(frame(b"%d" % number))
        return await read(box, 0.0)

    assert asyncio.run(go()) == [b"0", b"1", b"2"]


@pytest.mark.parametrize(("limit", "value"), [("_MOST_BYTES", 10), ("_MOST_ITEMS", 2)])
def test_a_flood_is_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(inbox, limit, value)

    async def go() -> tuple[list[bytes], int]:
        box = Inbox()
        for _ in range(5):
            box.put(frame(b"12345"))
        return await read(box, 0.0), box.dropped

    assert asyncio.run(go()) == ([b"12345"] * 2, 3)
