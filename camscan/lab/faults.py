"""How an answer goes wrong: never ending, enormous, closed at once, reset, one byte at a time."""

from __future__ import annotations

import asyncio
import random
import socket
import struct

from camscan.lab.persona import Fault

HUGE_BYTES = 1 << 30
_CHUNK = 65_536


async def send(writer: asyncio.StreamWriter, data: bytes, fault: Fault = "") -> None:
    """Send `data` as the fault has it; OSError when the client has gone."""
    match fault:
        case "":
            writer.write(data)
        case "close":
            return
        case "reset":
            raw = writer.get_extra_info("socket")
            if raw is not None:  # linger 0: closing sends RST
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return
        case "drip":
            for index in range(len(data)):
                writer.write(data[index : index + 1])
                await writer.drain()
                await asyncio.sleep(0.2)
        case "stall":
            writer.write(data[: len(data) // 2])
            await writer.drain()
            await asyncio.sleep(3600)
        case "endless":
            writer.write(data)
            while True:
                writer.write(b"X-More: and more\r\n" * 64)
                await writer.drain()
                await asyncio.sleep(0.05)
        case "huge":
            writer.write(data)
            block = b"\0" * _CHUNK
            for _ in range(HUGE_BYTES // _CHUNK):
                writer.write(block)
                await writer.drain()
        case "rubbish":
            writer.write(random.Random(len(data)).randbytes(4096))
    await writer.drain()
