"""Loopback servers, dialers and, for root, two network namespaces joined by wires."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camscan.model.contact import Contact
from camscan.net.dialer import Dialer
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES, Profile
from camscan.scope import Scope, build_scope

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def make_dialer(
    *,
    targets: tuple[str, ...] = ("127.0.0.0/24", "127.66.0.0/20"),
    exclude: tuple[str, ...] = (),
    scope: Scope | None = None,
    profile: Profile = PROFILES["thorough"],
    contacts: list[Contact] | None = None,
    **limits: Any,
) -> Dialer:
    return Dialer(
        scope if scope is not None else build_scope(targets, exclude),
        limits=Limits(**limits),
        profile=profile,
        on_contact=None if contacts is None else contacts.append,
    )


@pytest.fixture(name="make_dialer")
def make_dialer_fixture() -> Callable[..., Dialer]:
    return make_dialer


@contextlib.asynccontextmanager
async def serve(handler: Handler, host: str = "127.0.0.1", **options: Any) -> AsyncIterator[int]:
    """A TCP server for the time of the block; yields its port, leaves no task behind."""
    tasks: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, OSError):
            return
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(visit, host, 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture(name="serve")
def serve_fixture() -> Callable[..., contextlib.AbstractAsyncContextManager[int]]:
    return serve


class OldServer:
    """How an old camera does TLS: one version, one key size, a self-signed certificate."""

    def __init__(self, folder: Path, bits: int, version: ssl.TLSVersion) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("making a weak certificate needs the program openssl")
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        make = f"openssl req -x509 -nodes -newkey rsa:{bits} -sha1 -days 9 -subj /CN=192.168.1.64"
        subprocess.run(
            [*make.split(), "-keyout", str(key), "-out", str(certificate)],
            check=True,
            capture_output=True,
        )
        self.certificate = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.names: list[str | None] = []
        self.context.sni_callback = lambda _sock, name, _context: self.names.append(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.context.minimum_version = version
            self.context.maximum_version = version
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        self.context.load_cert_chain(certificate, key)


@pytest.fixture
def old_server(tmp_path: Path) -> Callable[[int, ssl.TLSVersion], OldServer]:
    return lambda bits, version: OldServer(tmp_path, bits, version)


class Frames:
    """What left and what came on one interface: (seconds, True when it left, frame)."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, bool, bytes]] = []

    def left(self, ethertype: int) -> list[tuple[float, bytes]]:
        """Time and network-layer bytes of the frames that left."""
        wanted = ethertype.to_bytes(2, "big")
        return [(at, f[14:]) for at, out, f in self.seen if out and f[12:14] == wanted]


class Wires:
    """Namespace `near` (the scanner's) and `far` (the devices'), two wires between them.

    cam0 10.99.0.1/24 - 10.99.0.2, cam1 10.98.0.1/24 - 10.98.0.2, with IPv6 link-local addresses.
    """

    def __init__(self, near: str, far: str) -> None:
        self.near = near
        self.far = far

    def inside(self, namespace: str, function: Callable[[], Any]) -> Any:
        """Run `function` in a thread of `namespace`; return what it returns."""
        result: list[Any] = []
        error: list[BaseException] = []

        def work() -> None:
            try:
                _enter(namespace)
                result.append(function())
            except BaseException as caught:  # noqa: BLE001 - handed to the caller's thread
                error.append(caught)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if error:
            raise error[0]
        return result[0]

    @contextlib.contextmanager
    def capture(self, interface: str) -> Iterator[Frames]:
        """Every frame on an interface of `near`."""
        frames = Frames()

        def opened() -> socket.socket:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            sock.bind((interface, 0))
            sock.settimeout(0.05)
            return sock

        sock = self.inside(self.near, opened)
        stop = threading.Event()

        def read() -> None:
            while True:
                try:
                    data, address = sock.recvfrom(65536)
                except TimeoutError:
                    if stop.is_set():
                        return
                    continue
                frames.seen.append((time.monotonic(), address[2] == 4, data))

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield frames
        finally:
            stop.set()
            thread.join()
            sock.close()

    @contextlib.contextmanager
    def responders(self, answers: tuple[bytes, ...]) -> Iterator[list[tuple[int, bytes]]]:
        """WS-Discovery devices behind cam0 and cam1: members of both groups, answering unicast."""
        asked: list[tuple[int, bytes]] = []

        def opened() -> list[tuple[int, socket.socket]]:
            found = []
            four = socket.inet_aton("239.255.255.250")
            six = socket.inet_pton(socket.AF_INET6, "ff02::c")
            for number, own in ((0, "10.99.0.2"), (1, "10.98.0.2")):
                index = socket.if_nametoindex(f"dev{number}")
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, f"dev{number}".encode())
                sock.bind(("", 3702))
                member = four + socket.inet_aton(own)
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
                found.append((4, sock))
                sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, f"dev{number}".encode())
                sock.bind(("::", 3702))
                member = six + struct.pack("@I", index)
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
                found.append((6, sock))
            return found

        sockets = self.inside(self.far, opened)
        stop = threading.Event()

        def serve(version: int, sock: socket.socket) -> None:
            sock.settimeout(0.05)
            while not stop.is_set():
                try:
                    data, sender = sock.recvfrom(65536)
                except TimeoutError:
                    continue
                asked.append((version, data))
                for answer in answers:
                    sock.sendto(answer, sender)

        threads = [threading.Thread(target=serve, args=pair) for pair in sockets]
        for thread in threads:
            thread.start()
        try:
            yield asked
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            for _, sock in sockets:
                sock.close()


def _enter(namespace: str) -> None:
    with Path(f"/run/netns/{namespace}").open() as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _wait_for_link_local(namespace: str, interface: str) -> None:
    """The kernel gives the address when it notices that the wire is up, up to a second later."""
    for _ in range(100):
        shown = subprocess.run(
            ["ip", "-n", namespace, "-6", "address", "show", "dev", interface, "scope", "link"],
            check=True,
            capture_output=True,
        )
        if b"fe80:" in shown.stdout:
            return
        time.sleep(0.05)
    pytest.skip("this kernel gives no IPv6 link-local address")


@pytest.fixture
def wires() -> Iterator[Wires]:
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root")
    if shutil.which("ip") is None:
        pytest.skip("network namespaces need iproute2")
    near, far = f"csn{os.getpid()}", f"csf{os.getpid()}"
    try:
        _ip("netns", "add", near)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this kernel makes no network namespace: {error.stderr!r}")
    try:
        _ip("netns", "add", far)
        for number in (0, 1):
            here, there = f"cam{number}", f"dev{number}"
            _ip("link", "add", here, "netns", near, "type", "veth", "peer", there, "netns", far)
            for namespace, name, last in ((near, here, 1), (far, there, 2)):
                # Without address detection, link-local addresses work at once.
                _ip(
                    *("netns", "exec", namespace, "sysctl", "-qw"),
                    f"net.ipv6.conf.{name}.accept_dad=0",
                )
                _ip("-n", namespace, "address", "add", f"10.{99 - number}.0.{last}/24", "dev", name)
                _ip("-n", namespace, "link", "set", name, "up")
                _ip("-n", namespace, "link", "set", "lo", "up")
        for namespace, names in ((near, ("cam0", "cam1")), (far, ("dev0", "dev1"))):
            for name in names:
                _wait_for_link_local(namespace, name)
        yield Wires(near, far)
    finally:
        for namespace in (near, far):
            subprocess.run(["ip", "netns", "del", namespace], check=False, capture_output=True)
