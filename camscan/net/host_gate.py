"""One connection per device at a time, and the gaps between two of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from camscan.net.places import Places

_PRUNE_EVERY = 4096


class _Host:
    __slots__ = ("holder", "next_probe", "next_syn", "place", "users")

    def __init__(self) -> None:
        self.place = Places(1)
        self.users = 0
        self.next_syn = 0.0
        self.next_probe = 0.0
        self.holder: asyncio.Task[object] | None = None


class Sharer(Protocol):
    """Somebody beside the gate who sends SYNs: a raw sweep."""

    def claim(self, address: str) -> float:
        """Leave `address` alone from now on; the monotonic time of the next SYN to it."""
        ...

    def release(self, address: str) -> None:
        """The connection to `address` is over."""
        ...


class HostGate:
    """Who may talk to an address now. `host_gap` and `probe_gap` in seconds.

    A sharer, where there is one, keeps its SYNs away from an address while somebody talks to it.
    """

    def __init__(
        self, *, host_gap: float, probe_gap: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._host_gap = host_gap
        self._probe_gap = probe_gap
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._left = 0
        self._sharer: Sharer | None = None

    def __len__(self) -> int:
        return len(self._hosts)

    def share(self, sharer: Sharer | None) -> None:
        """From now on `sharer` is told who is talked to, those included who are already."""
        self._sharer = sharer
        for address, host in self._hosts.items():
            if sharer is not None and host.place.full:
                sharer.claim(address)

    async def enter(self, address: str, *, probe: bool) -> None:
        """Wait for the device and for its gaps; every enter needs one leave.

        Raises RuntimeError where waiting would never end: this very task holds the device.
        """
        host = self._hosts.get(address)
        if host is None:
            host = self._hosts[address] = _Host()
        task = asyncio.current_task()
        if host.holder is task and task is not None:
            raise RuntimeError(f"this task has a connection to {address} open; close it first")
        host.users += 1
        try:
            await host.place.take()
        except BaseException:
            host.users -= 1
            raise
        host.holder = task
        try:
            # A SYN of the sharer that was on its way at the first claim moves what is due.
            for _ in range(2):
                delay = self._due(address, host, probe=probe) - self._clock()
                if delay > 0:
                    await asyncio.sleep(delay)
        except BaseException:
            self.leave(address, probe=False)
            raise

    def _due(self, address: str, host: _Host, *, probe: bool) -> float:
        due = max(host.next_syn, host.next_probe) if probe else host.next_syn
        return due if self._sharer is None else max(due, self._sharer.claim(address))

    def enter_now(self, address: str) -> bool:
        """Enter, not for a probe, when that needs no waiting; else False.

        Where a sweep shares the hosts it says what there is to wait for, so `enter` asks it.
        """
        if self._sharer is not None:
            return False
        host = self._hosts.get(address)
        if host is None:
            host = self._hosts[address] = _Host()
        elif host.next_syn > self._clock():
            return False
        if not host.place.take_now():
            return False
        host.users += 1
        return True

    def sent(self, address: str) -> None:
        """A SYN leaves for `address` now."""
        self._hosts[address].next_syn = self._clock() + self._host_gap

    def leave(self, address: str, *, probe: bool) -> None:
        """Let the next one talk to the device."""
        host = self._hosts[address]
        if probe:
            host.next_probe = self._clock() + self._probe_gap
        if self._sharer is not None:
            self._sharer.release(address)
        host.holder = None
        host.users -= 1
        host.place.give()
        self._left += 1
        if self._left % _PRUNE_EVERY == 0:
            self._prune()

    def _prune(self) -> None:
        """Forget hosts whose gaps are over, or a sweep of a /8 would keep them all."""
        now = self._clock()
        idle = [
            address
            for address, host in self._hosts.items()
            if host.users == 0 and max(host.next_syn, host.next_probe) <= now
        ]
        for address in idle:
            del self._hosts[address]
