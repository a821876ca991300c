"""`python -m camscan.lab.serve`: the server process of a lab.

The first line of standard input is the estate (JSON); the process says "ready N" on standard output
when N ports are open, and ends when standard input ends, so it never outlives its parent.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys

import msgspec

from camscan.errors import CamscanError
from camscan.lab.estate import Estate
from camscan.lab.ports import mapped, unmapped
from camscan.lab.server import LabServer


def raise_file_limit() -> None:
    """Soft limit of open files up to the hard one; beyond it the system refuses."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _run(options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    estate = msgspec.json.decode(await reader.readline(), type=Estate)
    server = LabServer(
        estate.devices,
        base=options.base,
        port_map=unmapped if options.interface else mapped,
        multicast_interface=options.interface or None,
        on_link=estate.on_link,
        ipv6=options.ipv6,
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    try:
        opened = await server.start()
        os.write(1, f"ready {opened}\n".encode())
        ended = loop.create_task(reader.read())
        ended.add_done_callback(lambda _task: stopped.set())
        await stopped.wait()
        ended.cancel()
    finally:
        await server.stop()


def main() -> int:
    """Run until standard input ends; 1 with a line on standard error after a local fault."""
    parser = argparse.ArgumentParser(prog="camscan.lab.serve")
    parser.add_argument("--base", required=True, help="first two octets, such as 127.66")
    parser.add_argument("--interface", default="", help="interface of a namespace; empty: loopback")
    parser.add_argument("--ipv6", action="store_true", help="answer discovery over IPv6 as well")
    options = parser.parse_args()
    raise_file_limit()
    try:
        asyncio.run(_run(options))
    except CamscanError as error:
        os.write(2, f"{error}\n".encode())
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
