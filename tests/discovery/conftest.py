"""Discovery contexts on loopback, a scripted network, and namespaces for multicast."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camscan.discovery.interface import DiscoveryContext, Sighting
from camscan.model.contact import Contact
from camscan.model.coverage import Skip
from camscan.model.status import Status
from camscan.net.dialer import Dialer
from camscan.net.interface import interfaces
from camscan.net.limits import Limits
from camscan.net.pace import Paces
from camscan.net.profile import PROFILES, Profile
from camscan.scope import Scope, build_scope


class Bench:
    """A discovery context and everything that came of it."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self.skips: list[Skip] = []
        self.sightings: list[Sighting] = []

    def context(
        self,
        *targets: str,
        exclude: tuple[str, ...] = (),
        profile: Profile = PROFILES["thorough"],
        dialer: Any = None,
        connected: dict[str, list[str]] | None = None,
    ) -> DiscoveryContext:
        """Call it inside the event loop (and namespace) of the test."""
        scope = build_scope(targets, exclude, connected=connected)
        links = interfaces()
        return DiscoveryContext(
            scope=scope,
            dialer=dialer
            or Dialer(
                scope,
                limits=Limits(),
                profile=profile,
                on_contact=self.contacts.append,
                links=links,
            ),
            profile=profile,
            interfaces=links,
            on_skip=self.skips.append,
            on_contact=self.contacts.append,
        )

    @property
    def open_ports(self) -> set[tuple[str, int | None]]:
        return {(s.address, s.port) for s in self.sightings if s.status is Status.OK}

    def run(self, discovery: Any, *targets: str, **options: Any) -> Any:
        """Run one method to its end in a loop of its own."""

        async def go() -> Any:
            return await discovery.run(self.context(*targets, **options), self.sightings.append)

        return asyncio.run(go())


@pytest.fixture
def bench() -> Bench:
    return Bench()


class ScriptedNetwork:
    """A dialer whose network is a function (address, port, number of this touch) -> Status."""

    def __init__(
        self,
        answer: Callable[[str, int, int], Status],
        *,
        on_link: bool = False,
        scope: Scope | None = None,
    ) -> None:
        self.answer = answer
        self.touched: list[tuple[str, int]] = []
        self.window = 1000
        self.paces = Paces(PROFILES["thorough"])
        self._on_link = on_link

    async def touch(self, address: str, port: int, *, timeout: float = 1.0) -> Status:
        self.touched.append((address, port))
        number = len(self.touched)
        await asyncio.sleep(0)
        return self.answer(address, port, number)

    def is_on_link(self, address: str) -> bool:
        return self._on_link


@pytest.fixture(name="network")
def network_fixture() -> type[ScriptedNetwork]:
    return ScriptedNetwork


class Wire:
    """Namespaces `near` (the scanner's) and `far` (the devices'), one veth between them:
    cam0 10.97.0.1/24 and fe80::/64 near, dev0 10.97.0.2/24 far."""

    def __init__(self, near: str, far: str) -> None:
        self.near = near
        self.far = far

    def inside(self, namespace: str, function: Callable[[], Any]) -> Any:
        """Run `function` in a thread of `namespace`; return what it returns or raise it."""
        result: list[Any] = []
        error: list[BaseException] = []

        def work() -> None:
            try:
                with Path(f"/run/netns/{namespace}").open() as handle:
                    if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), 0x40000000):
                        raise OSError(ctypes.get_errno(), "setns")
                result.append(function())
            except BaseException as caught:  # noqa: BLE001 - handed to the caller's thread
                error.append(caught)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if error:
            raise error[0]
        return result[0]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _await_link_local(namespace: str) -> None:
    """Until it has its IPv6 route, a device drops what the group is sent."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        shown = subprocess.run(
            ["ip", "-n", namespace, "-6", "route", "show", "fe80::/64", "table", "all"],
            check=True,
            capture_output=True,
        )
        if shown.stdout.strip():
            return
        time.sleep(0.02)
    pytest.skip("this kernel gives no IPv6 link-local address")


@pytest.fixture
def wire() -> Iterator[Wire]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need iproute2")
    near, far = f"cdn{os.getpid()}", f"cdf{os.getpid()}"
    try:
        _ip("netns", "add", near)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel makes no network namespace: {error.stderr!r}")
    try:
        _ip("netns", "add", far)
        _ip("link", "add", "cam0", "netns", near, "type", "veth", "peer", "dev0", "netns", far)
        for namespace, name, address in ((near, "cam0", 1), (far, "dev0", 2)):
            _ip(
                *("netns", "exec", namespace, "sysctl", "-qw"),
                f"net.ipv6.conf.{name}.accept_dad=0",
            )
            _ip("-n", namespace, "address", "add", f"10.97.0.{address}/24", "dev", name)
            _ip("-n", namespace, "link", "set", name, "up")
            _ip("-n", namespace, "link", "set", "lo", "up")
        for namespace in (near, far):
            _await_link_local(namespace)
        yield Wire(near, far)
    finally:
        for namespace in (near, far):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip("netns", "del", namespace)
