"""What goes over the wire when a persona's answer is spoilt."""

from __future__ import annotations

import asyncio
import contextlib
from typing import get_args

import pytest

from camscan.lab import faults
from camscan.lab.persona import Fault

DATA = b"HTTP/1.1 200 OK\r\n\r\nbody"


async def received(fault: Fault, limit: int, seconds: float) -> tuple[bytes, str]:
    """What a client gets, and how it ends: "closed", "reset" or "open"."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await faults.send(writer, DATA, fault)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got, end = b"", "open"
    try:
        async with asyncio.timeout(seconds):
            while len(got) < limit:
                block = await reader.read(65_536)
                if not block:
                    end = "closed"
                    break
                got += block
    except TimeoutError:
        end = "open"
    except ConnectionResetError:
        end = "reset"
    writer.transport.abort()
    server.close()
    return got, end


@pytest.mark.parametrize(
    ("fault", "end", "size"),
    [
        ("", "closed", range(len(DATA), len(DATA) + 1)),
        ("close", "closed", range(1)),
        ("reset", "reset", range(1)),
        ("rubbish", "closed", range(4_096, 4_097)),
        ("stall", "open", range(len(DATA) // 2, len(DATA) // 2 + 1)),
        ("drip", "open", range(1, 6)),
        ("endless", "open", range(5_000, 1_000_000)),
        ("huge", "open", range(3_000_000, 10_000_000)),
    ],
)
def test_each_fault_does_as_its_name_says(fault: Fault, end: str, size: range) -> None:
    got, how = asyncio.run(received(fault, 3_000_000, 0.6))
    assert (how, len(got) in size) == (end, True), (how, len(got))


def test_every_fault_is_tested() -> None:
    assert len(get_args(Fault)) == 8
