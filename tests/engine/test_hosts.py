from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from camscan.discovery.interface import Sighting
from camscan.engine import hosts as hosts_module
from camscan.engine.hosts import LINK, SINGLE, Hosts
from camscan.engine.ledger import Ledger
from camscan.model.device import Port
from camscan.model.evidence import Evidence
from camscan.model.status import Status
from camscan.probes.host import HostEnd

WAIT = 0.05


def sighting(port: int | None, *, status: Status = Status.OK, **more: Any) -> Sighting:
    return Sighting(
        address="10.0.0.5",
        port=port,
        transport=more.pop("transport", "tcp"),
        status=status,
        method="x",
        at=datetime.now(UTC),
        **more,
    )


class Probing:
    """Stands for the probes: keeps the ports, and when they ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ports: list[int] = []
        self.ports_ended = asyncio.Event()
        self.xaddrs: tuple[str, ...] = ()
        self.first_xaddr = asyncio.Event()
        self.ended = asyncio.Event()
        self.locations: tuple[str, ...] = ()
        monkeypatch.setattr(hosts_module, "probe_host", self.probe)

    async def probe(self, ctx: Any, address: str, ports: Any, **how: Any) -> HostEnd:
        while (port := await ports.get()) is not None:
            self.ports.append(port)
        self.ports_ended.set()
        self.xaddrs = await how["leads"].xaddrs(last=False)
        self.first_xaddr.set()
        self.xaddrs = await how["leads"].xaddrs(last=True)
        self.locations = await how["leads"].locations()
        self.ended.set()
        return HostEnd.DONE


def play(monkeypatch: pytest.MonkeyPatch, script: Any) -> Any:
    async def go() -> Any:
        probing = Probing(monkeypatch)
        ledger = Ledger(None, lambda _: None)
        context = SimpleNamespace(swept=frozenset({80, 81, 9100}))
        hosts = Hosts(ledger, context, answer_seconds=WAIT, on_change=lambda: None)  # type: ignore[arg-type]
        async with asyncio.TaskGroup() as hosts.tasks:
            result = await script(hosts, probing, ledger)
            hosts.end()
        return result

    return asyncio.run(go())


async def soon(event: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(event.wait(), WAIT * 0.6)
    except TimeoutError:
        return False
    return True


def test_open_ports_are_probed_and_closed_ones_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> Any:
        hosts.sighted(sighting(80))
        hosts.sighted(sighting(81, status=Status.REFUSED))
        hosts.sighted(sighting(3702, transport="udp", locations=("http://10.0.0.5/d.xml",)))
        assert await soon(probing.ended), "all ports are known and no inquiry is awaited"
        return probing.ports, probing.locations, {p: s.status for (p, _), s in
                                                  ledger.ports["10.0.0.5"].items()}  # fmt: skip

    ports, locations, states = play(monkeypatch, script)
    assert ports == [80]
    assert locations == ("http://10.0.0.5/d.xml",)
    assert states == {80: "open", 81: "closed"}


@pytest.mark.parametrize(
    ("end", "fetched"),
    [(HostEnd.DONE, [("http://10.0.0.5/late.xml",)]), (HostEnd.LEFT_ALONE, [])],
)
def test_a_description_that_is_announced_late_is_fetched_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, end: HostEnd, fetched: list[tuple[str, ...]]
) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> Any:
        again: list[tuple[str, ...]] = []

        async def probe(ctx: Any, address: str, ports: Any, **how: Any) -> HostEnd:
            if "10.0.0.5" not in ledger.done_hosts:
                return end
            assert (await ports.get(), ports.empty()) == (None, True)
            assert await how["leads"].xaddrs(last=True) == ()
            again.append(tuple(await how["leads"].locations()))
            return HostEnd.DONE

        monkeypatch.setattr(hosts_module, "probe_host", probe)
        hosts.sighted(sighting(80, locations=("http://10.0.0.5/early.xml",)))
        while "10.0.0.5" not in ledger.done_hosts:
            await asyncio.sleep(0)
        for url in ("early", "late", "late"):
            hosts.sighted(
                sighting(1900, transport="udp", locations=(f"http://10.0.0.5/{url}.xml",))
            )
        for _ in range(5):
            await asyncio.sleep(0)
        return again

    assert play(monkeypatch, script) == fetched


@pytest.mark.parametrize(
    ("end", "service", "asked"),
    [
        (HostEnd.DONE, "http", [("http://10.0.0.5:2020/onvif/device_service",)]),
        (HostEnd.DONE, "onvif", []),
        (HostEnd.LEFT_ALONE, "http", []),
    ],
)
@pytest.mark.parametrize("behind", [False, True])
def test_onvif_that_is_announced_late_is_asked_unless_it_has_answered(
    monkeypatch: pytest.MonkeyPatch,
    end: HostEnd,
    service: str,
    asked: list[tuple[str, ...]],
    behind: bool,
) -> None:
    def announce(hosts: Hosts, ledger: Ledger, port: int) -> None:
        url = f"http://10.0.0.5:{port}/onvif/device_service"
        ledger.saw(Evidence(target="10.0.0.5", field="wsd.xaddr", value=url, method="wsd"))
        hosts.sighted(sighting(3702, transport="udp"))

    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> Any:
        again: list[tuple[str, ...]] = []

        async def probe(ctx: Any, address: str, ports: Any, **how: Any) -> HostEnd:
            if "10.0.0.5" not in ledger.done_hosts:
                assert len(await how["leads"].xaddrs(last=True)) == 1
                how["on_service"](80, service)
                if not behind:
                    announce(hosts, ledger, 2020)  # while its last probes still run
                return end
            assert (await ports.get(), ports.empty()) == (None, True)
            again.append(tuple(await how["leads"].xaddrs(last=True)))
            assert await how["leads"].locations() == ()
            how["on_service"](2020, "onvif")
            return HostEnd.DONE

        monkeypatch.setattr(hosts_module, "probe_host", probe)
        announce(hosts, ledger, 80)
        while "10.0.0.5" not in ledger.done_hosts:
            await asyncio.sleep(0)
        for port in (2020, 2020, 80):
            announce(hosts, ledger, port)
        for _ in range(5):
            await asyncio.sleep(0)
        announce(hosts, ledger, 8899)
        for _ in range(5):
            await asyncio.sleep(0)
        return again

    assert play(monkeypatch, script) == asked, "once, and no more when it has answered"


def test_a_host_waits_for_the_answers_that_say_where_to_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> list[bool]:
        hosts.expect({"wsd-unicast", "wsd-multicast", "sadp", "tcp-connect"}, lambda _: False)
        hosts.sighted(sighting(80))
        hosts.swept("10.0.0.5")
        before = await soon(probing.ended)
        hosts.asked("wsd-unicast", "10.0.0.5")
        hosts.asked("sadp", "10.0.0.5")
        at_once = probing.ended.is_set()
        await asyncio.wait_for(probing.ended.wait(), 2)
        return [before, at_once]

    assert play(monkeypatch, script) == [False, False]
    assert "sadp" not in LINK | SINGLE


def test_the_first_xaddr_is_enough_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> None:
        hosts.expect({"wsd-multicast", "wsd-unicast", "ssdp"}, lambda _: True)
        hosts.sighted(sighting(80))
        hosts.swept("10.0.0.5")
        assert not await soon(probing.first_xaddr)
        ledger.xaddrs["10.0.0.5"]["http://10.0.0.5/onvif"] = None
        hosts.sighted(sighting(3702, transport="udp"))
        assert await soon(probing.first_xaddr)
        assert probing.xaddrs == ("http://10.0.0.5/onvif",)
        ledger.xaddrs["10.0.0.5"]["http://10.0.0.5:8000/onvif"] = None
        hosts.method_ended("wsd-multicast")
        hosts.method_ended("ssdp")
        assert await soon(probing.ended), "no single address is asked where a multicast reaches"
        assert len(probing.xaddrs) == 2

    play(monkeypatch, script)


def test_a_host_whose_ports_are_all_known_waits_for_no_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> list[int]:
        hosts.sighted(sighting(80, status=Status.REFUSED))
        hosts.sighted(sighting(81, status=Status.REFUSED))
        assert not hosts.queues, "closed ports alone are not probed"
        hosts.sighted(sighting(3702, transport="udp"))
        assert await soon(probing.ports_ended)
        return probing.ports

    assert play(monkeypatch, script) == []


def test_the_end_of_an_inquiry_frees_its_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> list[bool]:
        hosts.expect({"wsd-multicast", "ssdp"}, lambda _: True)
        hosts.sighted(sighting(None, transport="link"))
        hosts.swept("10.0.0.5")
        hosts.method_ended("wsd-multicast")
        first = await soon(probing.ended)
        hosts.method_ended("ssdp")
        return [first, await soon(probing.ended)]

    assert play(monkeypatch, script) == [False, True]


def test_resuming_goes_on_with_the_open_ports_of_hosts_that_were_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def script(hosts: Hosts, probing: Probing, ledger: Ledger) -> list[int]:
        def port(number: int, status: str) -> Port:
            return Port(port=number, transport="tcp", service=None, status=status)

        ledger.saw_port("10.0.0.5", port(80, "open"))
        ledger.saw_port("10.0.0.5", port(81, "closed"))
        ledger.saw_port("10.0.0.6", port(80, "open"))
        ledger.host_done("10.0.0.6", complete=True)
        hosts.resume()
        hosts.end()
        await asyncio.wait_for(probing.ended.wait(), 2)
        assert set(hosts.queues) == {"10.0.0.5"}
        return probing.ports

    assert play(monkeypatch, script) == [80]
