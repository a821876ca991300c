"""One WS-Discovery sweep by UDP at full rate, and the seconds it took: a child of estate.py."""

from __future__ import annotations

import asyncio
import sys
import time

from camscan.net.profile import PROFILES
from camscan.net.udp import UdpSender
from camscan.protocols.query import wsd_probe_nvt
from camscan.scope import build_scope


async def _sweep(target: str) -> float:
    scope = build_scope([target])
    profile = PROFILES["thorough"].with_rate(1_000_000)
    async with UdpSender(scope, profile=profile) as udp:
        began = time.monotonic()
        await udp.sweep(wsd_probe_nvt(), scope.addresses())
        return time.monotonic() - began


if __name__ == "__main__":
    print(asyncio.run(_sweep(sys.argv[1])))
