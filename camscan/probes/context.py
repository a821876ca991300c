"""What probes are given; nothing is global, so two runs can stand side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from camscan.net.limits import Limits
from camscan.probes.patience import Patience

if TYPE_CHECKING:
    import httpx

    from camscan.net.dialer import Dialer
    from camscan.net.profile import Profile

PARALLEL = 128
HOST_SECONDS = 60.0


def utc_now() -> datetime:
    """The time that evidence carries."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeContext:
    """Dialer, HTTP client, limits and clock of one run.

    `gate` bounds the hosts probed at the same moment; `host_seconds` the time that probing one
    host may take in all, without the wait for its ports;
    `swept` the ports that get a probe of their own, so a redirect to one of them is not followed;
    `patience` what is known of how fast the host at hand answers.
    """

    dialer: Dialer
    http: httpx.AsyncClient
    profile: Profile
    limits: Limits
    now: Callable[[], datetime] = utc_now
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PARALLEL))
    host_seconds: float = HOST_SECONDS
    listen_seconds: float = 1.0
    swept: frozenset[int] = frozenset()
    patience: Patience = field(default_factory=Patience)

    async def aclose(self) -> None:
        """Close the HTTP client; the dialer belongs to whoever made it."""
        await self.http.aclose()


def build_context(
    dialer: Dialer,
    *,
    profile: Profile,
    limits: Limits | None = None,
    swept: frozenset[int] = frozenset(),
    parallel: int = PARALLEL,
    host_seconds: float = HOST_SECONDS,
    now: Callable[[], datetime] = utc_now,
) -> ProbeContext:
    """The context of one run over `dialer`."""
    from camscan.net.http_client import http_client

    return ProbeContext(
        dialer=dialer,
        http=http_client(dialer),
        profile=profile,
        limits=limits or Limits(),
        now=now,
        gate=asyncio.Semaphore(parallel),
        host_seconds=host_seconds,
        swept=swept,
    )
