"""One TCP sweep in this process and namespace, and what it found: a child of bench/sweep.py."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from camscan.discovery.choose_sweep import choose_sweep
from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.tcp_connect import TcpConnect
from camscan.model.status import Status
from camscan.net.dialer import Dialer
from camscan.net.interface import interfaces
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES
from camscan.scope import build_scope


async def _sweep(kind: str, rate: float, ports: tuple[int, ...], target: str) -> dict[str, Any]:
    scope = build_scope([target])
    links = interfaces()
    profile = PROFILES["thorough"].with_rate(rate)
    ctx = DiscoveryContext(
        scope=scope,
        dialer=Dialer(scope, limits=Limits(), profile=profile, links=links),
        profile=profile,
        interfaces=links,
        on_skip=lambda skip: print(skip, file=sys.stderr),
        on_round=lambda _record: None,
    )
    found: set[tuple[str, int | None]] = set()

    def emit(sighting: Sighting) -> None:
        if sighting.status is Status.OK and sighting.port:
            found.add((sighting.address, sighting.port))

    method: Any = TcpConnect(ports)
    if kind == "raw":
        method = choose_sweep(
            ports,
            scope=scope,
            interfaces=links,
            events=SweepEvents(known=tuple, awaited=tuple),
        ).method
    began = time.monotonic()
    said = await method.run(ctx, emit)
    seconds = time.monotonic() - began
    return {"open": len(found), "sent": said.sent, "seconds": seconds, "reason": said.reason}


if __name__ == "__main__":
    wanted = tuple(int(port) for port in sys.argv[3].split(","))
    result = asyncio.run(_sweep(sys.argv[1], float(sys.argv[2]), wanted, sys.argv[4]))
    print(json.dumps(result))
