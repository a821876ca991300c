from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from camscan.net import datagram
from camscan.net.datagram import FROM_ONE_SENDER, Datagram, Inbox


def answer(data: bytes, address: str = "10.0.0.5") -> Datagram:
    return Datagram(
        data=data,
        address=address,
        port=3702,
        interface=None,
        local_port=4000,
        at=datetime.now(UTC),
        in_scope=True,
    )


def test_answers_come_out_in_order_and_then_nothing() -> None:
    async def run() -> list[bytes | None]:
        inbox = Inbox()
        for data in (b"a", b"b"):
            inbox.put(answer(data))
        found = [await inbox.get(0.1) for _ in range(3)]
        return [one and one.data for one in found]

    assert asyncio.run(run()) == [b"a", b"b", None]


def test_what_arrived_stays_readable_after_the_end() -> None:
    async def run() -> tuple[Datagram | None, Datagram | None, bool]:
        inbox = Inbox()
        waiting = asyncio.create_task(inbox.get(60))
        await asyncio.sleep(0)
        inbox.put(answer(b"late"))
        inbox.close()
        return await waiting, await inbox.get(60), inbox.closed

    first, second, closed = asyncio.run(run())
    assert first is not None
    assert (first.data, second, closed) == (b"late", None, True)


def test_one_sender_gets_so_many_and_no_more() -> None:
    inbox = Inbox()
    admitted = [inbox.admits("10.0.0.5", 10) for _ in range(FROM_ONE_SENDER + 5)]
    assert sum(admitted) == FROM_ONE_SENDER
    assert inbox.dropped == 5
    assert inbox.admits("10.0.0.6", 10)


def test_bytes_are_bounded_over_all_senders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagram, "_QUEUE_BYTES", 100)

    async def run() -> tuple[bool, bool]:
        inbox = Inbox()
        assert inbox.admits("10.0.0.5", 80)
        inbox.put(answer(b"x" * 80))
        full = inbox.admits("10.0.0.6", 40)
        await inbox.get(1)
        return full, inbox.admits("10.0.0.6", 40)

    assert asyncio.run(run()) == (False, True)
