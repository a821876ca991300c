from __future__ import annotations

import asyncio
import errno
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from camscan.errors import LocalFaultError
from camscan.model.contact import Contact
from camscan.model.status import Status
from camscan.net.attempts import Attempts
from camscan.net.connection import Connection
from camscan.net.dialer import Dialer
from camscan.net.interface import IfAddress, Interface
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES
from camscan.scope import Scope, build_scope

Make = Callable[..., Any]


async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def test_touch_tells_open_from_closed_and_reports_both(make_dialer: Make, serve: Make) -> None:
    contacts: list[Contact] = []

    async def run() -> list[Status]:
        async with serve(hold) as port:
            dialer = make_dialer(contacts=contacts)
            return [
                await dialer.touch("127.0.0.1", port),
                await dialer.touch("127.0.0.1", closed_port()),
            ]

    assert asyncio.run(run()) == [Status.OK, Status.REFUSED]
    assert [(c.address, c.transport, c.query) for c in contacts] == [
        ("127.0.0.1", "tcp", "tcp connect")
    ] * 2


def test_an_answer_counts_even_when_the_loop_wakes_after_the_timeout(
    make_dialer: Make, serve: Make
) -> None:
    async def run() -> list[Status]:
        loop = asyncio.get_running_loop()
        busy = threading.Event()

        async def touch(dialer: Dialer, address: str, port: int) -> Status:
            touched = asyncio.create_task(dialer.touch(address, port, timeout=0.05))
            # In the same turn as the first step of `touched`, which connects: the loop stands
            # still until the answer has come and the timeout is over.
            loop.call_soon(busy.wait, 0.2)
            status = await touched
            assert len(contacts) == 1
            contacts.clear()
            return status

        async with serve(hold) as port:
            dialer = make_dialer(contacts=contacts)
            return [
                await touch(dialer, "127.0.0.1", port),
                await touch(dialer, "127.66.0.9", closed_port()),
            ]

    contacts: list[Contact] = []
    assert asyncio.run(run()) == [Status.OK, Status.REFUSED]


def test_touch_ends_with_an_end_of_file_not_a_reset(make_dialer: Make, serve: Make) -> None:
    ends: list[bytes | str] = []

    async def run() -> None:
        done = asyncio.Event()

        async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                ends.append(await reader.read())
            except ConnectionResetError:
                ends.append("reset")
            done.set()

        async with serve(note) as port:
            await make_dialer().touch("127.0.0.1", port)
            await asyncio.wait_for(done.wait(), 2)

    asyncio.run(run())
    assert ends == [b""]


@pytest.mark.parametrize(
    "address", ["127.0.1.1", "10.0.0.1", "8.8.8.8", "::1", "0.0.0.0", "224.0.0.1", "localhost", ""]
)
def test_nothing_leaves_for_an_address_out_of_scope(
    make_dialer: Make, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts: list[Contact] = []

    async def run() -> tuple[Any, Any]:
        dialer = make_dialer(targets=("127.0.0.0/24",), contacts=contacts)
        no_socket(monkeypatch)
        return await dialer.touch(address, 80), await dialer.open(address, 80, query="x")

    assert asyncio.run(run()) == (Status.OUT_OF_SCOPE, Status.OUT_OF_SCOPE)
    assert contacts == []


def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> socket.socket:
        raise AssertionError("a socket was made")

    monkeypatch.setattr("camscan.net.dialer.socket.socket", refuse)


def test_an_empty_scope_permits_nothing(make_dialer: Make, serve: Make) -> None:
    async def run() -> Status:
        async with serve(hold) as port:
            status: Status = await make_dialer(scope=Scope()).touch("127.0.0.1", port)
            return status

    assert asyncio.run(run()) is Status.OUT_OF_SCOPE


def test_an_exclusion_wins(make_dialer: Make, serve: Make) -> None:
    async def run() -> Status:
        async with serve(hold) as port:
            dialer = make_dialer(targets=("127.0.0.0/24",), exclude=("127.0.0.1",))
            status: Status = await dialer.touch("::ffff:127.0.0.1", port)
            return status

    assert asyncio.run(run()) is Status.OUT_OF_SCOPE


def test_scope_is_checked_again_at_the_last_moment(make_dialer: Make, serve: Make) -> None:
    """A target that leaves the scope while its SYN waits for the pace is not touched."""
    contacts: list[Contact] = []

    async def run() -> Status:
        async with serve(hold) as port:
            dialer = make_dialer(contacts=contacts)

            async def narrow(**_: object) -> None:
                dialer.scope = build_scope(["127.0.0.9"])

            dialer.paces.syn = narrow
            status: Status = await dialer.touch("127.0.0.1", port)
            return status

    assert asyncio.run(run()) is Status.OUT_OF_SCOPE
    assert contacts == []


@pytest.mark.parametrize("port", [*range(9100, 9108), 0, -1, 65536])
def test_printer_ports_and_what_is_no_port_are_never_touched(
    make_dialer: Make, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> tuple[Any, Any]:
        dialer = make_dialer()
        no_socket(monkeypatch)
        return await dialer.touch("127.0.0.1", port), await dialer.open(
            "127.0.0.1", port, query="x"
        )

    assert asyncio.run(run()) == (Status.NOT_TRIED, Status.NOT_TRIED)


def test_one_connection_per_device_at_a_time(make_dialer: Make, serve: Make) -> None:
    most = now = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await reader.read()
        now -= 1

    async def run() -> None:
        async with serve(count) as port:
            dialer = make_dialer(profile=PROFILES["thorough"].with_rate(10_000))

            async def probe() -> None:
                async with await dialer.open("127.0.0.1", port, query="x") as connection:
                    await connection.send(b"x")
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.01)  # the server's task must see the end

            await asyncio.gather(
                *(probe() for _ in range(5)),
                *(dialer.touch("127.0.0.1", port) for _ in range(5)),
            )

    asyncio.run(run())
    # A server notices an end of file a moment late, so two visits can overlap in its eyes.
    assert most <= 2


def test_a_second_connection_waits_for_the_first_to_close(make_dialer: Make, serve: Make) -> None:
    async def run() -> tuple[bool, bool]:
        async with serve(hold) as port:
            dialer = make_dialer()
            first = await dialer.open("127.0.0.1", port, query="x")
            second = asyncio.create_task(dialer.touch("127.0.0.1", port))
            await asyncio.sleep(0.1)
            waited = not second.done()
            await first.close()
            return waited, await asyncio.wait_for(second, 1) is Status.OK

    assert asyncio.run(run()) == (True, True)


@pytest.mark.alone
def test_syns_of_one_host_and_probes_keep_their_gaps(make_dialer: Make, serve: Make) -> None:
    contacts: list[Contact] = []

    async def run() -> None:
        async with serve(hold) as port:
            dialer = make_dialer(contacts=contacts)
            await asyncio.gather(*(dialer.touch("127.0.0.1", port) for _ in range(4)))
            for _ in range(3):
                async with await dialer.open("127.0.0.1", port, query="x"):
                    await asyncio.sleep(0)

    asyncio.run(run())
    times = [c.at.timestamp() for c in contacts]
    gaps = [b - a for a, b in pairwise(times)]
    assert min(gaps[:4]) >= 0.019
    assert min(gaps[4:]) >= 0.049


def test_a_cancelled_open_frees_the_device(make_dialer: Make, serve: Make) -> None:
    async def run() -> Status:
        async with serve(hold) as port:
            dialer = make_dialer(profile=PROFILES["gentle"])
            async with await dialer.open("127.0.0.1", port, query="x"):
                waiting = asyncio.create_task(dialer.open("127.0.0.1", port, query="y"))
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.02)  # now it waits for the gap
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            status: Status = await asyncio.wait_for(dialer.touch("127.0.0.1", port), 2)
            return status

    assert asyncio.run(run()) is Status.OK


@pytest.mark.alone
def test_the_sweep_reaches_thousands_of_connects_a_second(make_dialer: Make) -> None:
    """By processor time: what else the machine does is not counted."""

    async def run() -> float:
        dialer = make_dialer(profile=PROFILES["thorough"].with_rate(100_000))
        port = closed_port()
        begin = time.process_time()
        found = await asyncio.gather(
            *(dialer.touch(f"127.66.{n // 250}.{n % 250 + 1}", port) for n in range(3000))
        )
        assert set(found) == {Status.REFUSED}
        return 3000 / (time.process_time() - begin)

    assert asyncio.run(run()) > 1500


def test_the_rate_holds_over_a_sweep(make_dialer: Make) -> None:
    async def run() -> float:
        dialer = make_dialer(profile=PROFILES["normal"].with_rate(500))
        port = closed_port()
        begin = time.monotonic()
        await asyncio.gather(*(dialer.touch(f"127.66.0.{n + 1}", port) for n in range(200)))
        return time.monotonic() - begin

    assert asyncio.run(run()) >= 0.38


def test_a_socket_that_met_itself_is_not_an_open_port(
    make_dialer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an own address the kernel may choose the very port asked for as source port."""
    port = closed_port()
    plain = socket.socket

    class Bound(plain):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.bind(("127.0.0.1", port))

    async def run() -> Status:
        dialer = make_dialer()
        monkeypatch.setattr("camscan.net.dialer.socket.socket", Bound)
        status: Status = await dialer.touch("127.0.0.1", port)
        return status

    assert asyncio.run(run()) is Status.REFUSED


epoll = pytest.mark.skipif(not Attempts.possible(), reason="this system has no epoll")


@epoll
def test_a_touch_without_a_task_says_the_same(make_dialer: Make, serve: Make) -> None:
    contacts: list[Contact] = []

    async def run() -> list[Any]:
        async with serve(hold) as port:
            dialer = make_dialer(contacts=contacts)
            said: list[Any] = []
            for address, number in (("127.0.0.1", port), ("127.0.0.2", closed_port())):
                assert dialer.touch_now(address, number, said.append, on_link=True)
                # Nobody else talks to the device meanwhile, and after it the gap holds.
                assert not dialer.touch_now(address, number, said.append, on_link=True)
            while len(said) < 2:
                await asyncio.sleep(0.01)
            assert await dialer.touch("127.0.0.1", port) is Status.OK
            dialer.drop_touches()
            return said

    assert set(asyncio.run(run())) == {Status.OK, Status.REFUSED}
    assert [(c.address, c.query) for c in contacts] == [
        ("127.0.0.1", "tcp connect"),
        ("127.0.0.2", "tcp connect"),
        ("127.0.0.1", "tcp connect"),
    ]


@epoll
@pytest.mark.parametrize("address", ["127.0.1.1", "::1", "127.1", "0.0.0.0", "224.0.0.1", "x"])
def test_a_touch_without_a_task_is_only_for_ipv4_in_scope(make_dialer: Make, address: str) -> None:
    async def run() -> None:
        dialer = make_dialer(targets=("127.0.0.0/24",), contacts=contacts)
        assert not dialer.touch_now(address, 80, said.append, on_link=True)
        assert not dialer.touch_now("127.0.0.1", 9100, said.append, on_link=True)
        assert not dialer.touch_now("127.0.0.1", 0, said.append, on_link=True)
        await asyncio.sleep(0)

    contacts: list[Contact] = []
    said: list[Any] = []
    asyncio.run(run())
    assert (contacts, said) == ([], [])


@epoll
def test_touches_that_are_dropped_free_their_devices(make_dialer: Make) -> None:
    async def run() -> Status:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
            where = server.getsockname()
            held = []
            for _ in range(4):  # a full queue: the kernel drops further SYNs
                held.append(socket.socket())
                held[-1].setblocking(False)
                held[-1].connect_ex(where)
            dialer, said = make_dialer(), []
            assert dialer.touch_now("127.0.0.1", where[1], said.append, on_link=True)
            dialer.drop_touches()
            assert said == []
            status: Status = await asyncio.wait_for(dialer.touch("127.0.0.1", closed_port()), 5)
            for one in held:
                one.close()
            return status

    assert asyncio.run(run()) is Status.REFUSED


@epoll
def test_without_a_socket_left_the_device_is_free_again(
    make_dialer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> None:
        raise OSError(errno.EMFILE, "too many")

    async def run() -> None:
        dialer = make_dialer()
        with monkeypatch.context() as patched:
            patched.setattr("camscan.net.dialer.socket.SocketType", none)
            with pytest.raises(LocalFaultError):
                dialer.touch_now("127.0.0.1", 80, print, on_link=True)
        assert await dialer.touch("127.0.0.1", closed_port()) is Status.REFUSED

    asyncio.run(run())


def test_loopback_and_connected_subnets_are_on_link(make_dialer: Make) -> None:
    dialer = make_dialer()
    assert dialer.is_on_link("127.66.1.2")
    assert dialer.is_on_link("::1")
    assert not dialer.is_on_link("203.0.113.9")
    assert not dialer.is_on_link("nonsense")


def test_ipv6_over_loopback(serve: Make) -> None:
    async def run() -> tuple[Status, Any]:
        try:
            server = serve(hold, "::1")
            async with server as port:
                dialer = Dialer(build_scope(["::1"]), limits=Limits(), profile=PROFILES["thorough"])
                status = await dialer.touch("::1", port)
                opened = await dialer.open("0:0:0:0:0:0:0:1", port, query="x")
                assert isinstance(opened, Connection)
                await opened.close()
                return status, opened.address
        except OSError as error:
            pytest.skip(f"no IPv6 on this machine: {error}")

    assert asyncio.run(run()) == (Status.OK, "::1")


def syns(frames: Any, destination: str) -> list[float]:
    """Times of the SYNs (flags exactly SYN) that left for `destination`."""
    packed = socket.inet_aton(destination)
    return [
        at
        for at, packet in frames.left(0x0800)
        if packet[16:20] == packed and packet[9] == 6 and packet[(packet[0] & 15) * 4 + 13] == 0x02
    ]


@pytest.mark.root
def test_a_silent_host_gets_one_syn_for_each_port_and_the_excluded_one_none(wires: Any) -> None:
    """Seen on the wire: no retransmission, 20 ms between SYNs, nothing out of scope."""
    silent, excluded = "10.99.0.77", "10.99.0.78"
    for address in (silent, excluded):
        words = f"ip -n {wires.near} neigh add {address} lladdr 02:00:00:00:00:77 dev cam0"
        subprocess.run(words.split(), check=True)

    def scan() -> list[Status]:
        async def run() -> list[Status]:
            dialer = Dialer(
                build_scope(["10.99.0.0/24"], [excluded]),
                limits=Limits(),
                profile=PROFILES["normal"],
            )
            assert dialer.is_on_link(silent)
            assert not dialer.is_on_link("10.97.0.1")
            work = [dialer.touch(silent, port) for port in (80, 443, 554)]
            return list(await asyncio.gather(*work, dialer.touch(excluded, 80)))

        return asyncio.run(run())

    with wires.capture("cam0") as frames:
        statuses = wires.inside(wires.near, scan)
        time.sleep(0.3)  # a retransmission would come now
    assert statuses == [Status.TIMED_OUT] * 3 + [Status.OUT_OF_SCOPE]
    times = syns(frames, silent)
    assert len(times) == 3
    assert min(b - a for a, b in pairwise(times)) >= 0.02
    assert not [p for _, p in frames.left(0x0800) if p[16:20] == socket.inet_aton(excluded)]


@pytest.mark.root
def test_an_unreachable_host_is_told_from_a_silent_one(wires: Any) -> None:
    def scan() -> Status:
        async def run() -> Status:
            dialer = Dialer(
                build_scope(["10.1.0.0/30"]), limits=Limits(), profile=PROFILES["normal"]
            )
            return await dialer.touch("10.1.0.1", 80)

        return asyncio.run(run())

    assert wires.inside(wires.near, scan) is Status.UNREACHABLE


@pytest.mark.root
def test_a_link_local_address_is_dialled_by_its_interface(wires: Any) -> None:
    def serve_and_scan() -> tuple[Status, Status, Status]:
        async def run() -> tuple[Status, Status, Status]:
            dialer = Dialer(build_scope(["fe80::/64"]), limits=Limits(), profile=PROFILES["normal"])
            own = link_local(wires, wires.far, "dev0")
            return (
                await dialer.touch(f"{own}%cam0", 80),
                await dialer.touch(own, 80),
                await dialer.touch(f"{own}%nowhere", 80),
            )

        return asyncio.run(run())

    assert wires.inside(wires.near, serve_and_scan) == (
        Status.REFUSED,
        Status.OUT_OF_SCOPE,
        Status.UNREACHABLE,
    )


def link_local(wires: Any, namespace: str, interface: str) -> str:
    shown = subprocess.run(
        ["ip", "-n", namespace, "-j", "-6", "address", "show", "dev", interface],
        check=True,
        capture_output=True,
    )
    (found,) = json.loads(shown.stdout)
    return str(found["addr_info"][0]["local"])


@pytest.mark.alone
@pytest.mark.root
def test_a_large_on_link_subnet_does_not_overflow_the_neighbour_table(wires: Any) -> None:
    """With a /22 of silent addresses before them, cameras at the end are found all the same."""
    shared = Path("/proc/net/stat/arp_cache")  # shown outside of any namespace only
    if shared.exists() and int(shared.read_text().splitlines()[1].split()[0], 16) > 200:
        pytest.skip("another scan fills the neighbour table, which all namespaces share")
    living = [f"10.96.6.{last}" for last in range(60, 70)]
    for words in (
        f"ip -n {wires.near} address add 10.96.0.1/16 dev cam0",
        f"ip -n {wires.far} address add 10.96.0.2/16 dev dev0",
        *(f"ip -n {wires.far} route add local {address}/32 dev lo" for address in living),
    ):
        subprocess.run(words.split(), check=True)

    def scan() -> dict[str, Status]:
        async def run() -> dict[str, Status]:
            dialer = Dialer(
                build_scope(["10.96.0.0/21"]), limits=Limits(), profile=PROFILES["thorough"]
            )
            silent = [f"10.96.{third}.{last}" for third in range(1, 6) for last in range(1, 255)]
            everyone = silent + living
            found = await asyncio.gather(*(dialer.touch(a, 80) for a in everyone))
            return dict(zip(everyone, found, strict=True))

        return asyncio.run(run())

    found = wires.inside(wires.near, scan)
    assert {found[address] for address in living} == {Status.REFUSED}
    assert found["10.96.1.1"] is Status.TIMED_OUT


def test_a_small_subnet_is_swept_with_the_whole_window() -> None:
    def dialer_on(prefix: int) -> Dialer:
        link = Interface(
            name="eth0",
            index=2,
            addresses=(IfAddress("10.0.0.1", prefix), IfAddress("fd00::1", 64)),
        )
        return Dialer(
            build_scope(["10.0.0.0/16"]),
            limits=Limits(),
            profile=PROFILES["normal"],
            links=[link],
        )

    small, large = dialer_on(24), dialer_on(20)
    assert small._room("10.0.0.9") is small._touches
    assert large._room("10.0.0.9") is large._neighbours


_HIDDEN = """
import sys
for name in ("fcntl", "resource", "termios", "pwd", "grp"):
    sys.modules[name] = None
import socket
for name in ("AF_PACKET", "AF_NETLINK", "SO_BINDTODEVICE", "PF_PACKET"):
    if hasattr(socket, name):
        delattr(socket, name)
import asyncio, importlib, pkgutil
import camscan.net
for module in pkgutil.iter_modules(camscan.net.__path__):
    importlib.import_module(f"camscan.net.{module.name}")
from camscan.net.dialer import Dialer
from camscan.net.limits import Limits
from camscan.net.profile import PROFILES
from camscan.net.udp import UdpSender
from camscan.protocols.query import wsd_probe_nvt
from camscan.scope import build_scope

async def run():
    scope = build_scope(["127.0.0.0/24"])
    dialer = Dialer(scope, limits=Limits(), profile=PROFILES["normal"])
    print(await dialer.touch("127.0.0.1", 1), dialer.window >= 64)
    async with UdpSender(scope, profile=PROFILES["normal"]) as sender:
        print(await sender.send(wsd_probe_nvt(), "127.0.0.9"))

asyncio.run(run())
"""

_LIGHT = """
import sys
import camscan.net.dialer, camscan.net.udp, camscan.net.capability, camscan.net.oui
print([m for m in ("httpx", "httpcore", "scapy", "nmap", "anyio") if m in sys.modules])
"""


def python(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=".")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_the_modules_of_linux_the_room_still_works() -> None:
    assert python(_HIDDEN) == ["refused True", "ok"]


def test_the_dialer_does_not_import_what_it_does_not_need() -> None:
    assert python(_LIGHT) == ["[]"]
