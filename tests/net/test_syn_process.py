"""The sending process: when there is one, what ends it, and what is said when it is gone."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from camscan.errors import LocalFaultError
from camscan.net import syn_process
from camscan.net.lane import Lanes
from camscan.net.span_guard import SpanGuard
from camscan.net.sweep_rates import SweepRates
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_process import FAST, SynProcess, open_wire
from camscan.net.syn_round import Round
from camscan.net.syn_wire import SynWire
from camscan.scope import build_scope

pytestmark = pytest.mark.root


def opened(rate):
    held, rates = build_scope(["10.99.0.8/29"]), SweepRates()
    rates.change(rate, rate)
    return open_wire(
        Lanes(held).lanes,
        SpanGuard(held),
        Cookies(),
        range(40000, 40008),
        rates=rates,
        host_gap=0.0,
    )


def children():
    """Of this process, those that send."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            words = path.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and b"syn_child" in words:
            found.append(int(path.parent.name))
    return found


def play(wires, act, rate=FAST * 2):
    async def go():
        wire = await opened(rate)
        try:
            return await act(wire)
        finally:
            wire.close()

    result = wires.inside(wires.near, lambda: asyncio.run(go()))
    assert children() == []
    return result


def one_round(wire, rows=4):
    octets = np.array([[10, 99, 0, 9 + n] for n in range(4)], dtype=np.uint8)
    targets = wire.targets(0, octets, 1)
    targets.macs[:] = 2
    return Round(targets=targets, rows=np.arange(rows) % 4, port=80)


def test_only_what_no_profile_asks_for_has_a_process(wires):
    async def kind(wire):
        return type(wire), len(children())

    assert play(wires, kind, FAST) == (SynWire, 0)
    assert play(wires, kind, FAST + 1) == (SynProcess, 1)


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/true"])
def test_without_a_process_a_thread_sends(wires, monkeypatch, program):
    monkeypatch.setattr(syn_process.sys, "executable", program)

    async def act(wire):
        return type(wire), (await wire.send(one_round(wire))).sent

    assert play(wires, act) == (SynWire, 4)


def test_what_is_forgotten_is_let_go_on_both_sides(wires):
    async def act(wire):
        (child,) = children()

        def held():
            return sum("memfd:camscan" in line for line in Path(f"/proc/{child}/maps").open())

        await wire.send(one_round(wire))
        before, files = held(), sum(1 for _ in Path("/proc/self/fd").iterdir())
        for _ in range(20):
            one = await wire.send(one_round(wire))
            wire.forget(one.targets)
        last = await wire.send(one_round(wire))
        assert last.sent == 4
        return held() - before, sum(1 for _ in Path("/proc/self/fd").iterdir()) - files

    more, files = play(wires, act)
    assert more <= 3  # the last round and its targets; the one before them may still be named
    assert files <= 2  # two targets are still held here


def test_who_loses_the_process_is_told(wires):
    async def act(wire):
        (child,) = children()
        done = wire.send(one_round(wire, 4_000_000))
        os.kill(child, signal.SIGKILL)
        with pytest.raises(LocalFaultError, match="the process that sends has ended"):
            await done
        with pytest.raises(LocalFaultError, match="the process that sends has ended"):
            await wire.send(one_round(wire))

    play(wires, act)


def test_signals_to_the_group_are_for_the_scan_to_act_on(wires):
    async def act(wire):
        (child,) = children()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(child, number)
        return (await wire.send(one_round(wire))).sent

    assert play(wires, act) == 4


SCAN = """
import asyncio, sys
sys.path[:0] = sys.argv[1:]
from tests.net.test_syn_process import one_round, opened, children
async def go():
    wire = await opened(20_000)
    wire.send(one_round(wire, 4_000_000))
    print(*children(), flush=True)
    await asyncio.sleep(60)
asyncio.run(go())
"""


def test_it_dies_with_the_scan(wires):
    root = str(Path(__file__).parents[2])
    with wires.capture("cam0") as frames:
        scan = subprocess.Popen(
            ["ip", "netns", "exec", wires.near, sys.executable, "-c", SCAN, root],
            stdout=subprocess.PIPE,
        )
        child = int(scan.stdout.readline())
        while not frames.left(0x0800):
            time.sleep(0.01)
        scan.kill()
        scan.communicate()
        killed = time.monotonic()
        while Path(f"/proc/{child}/cmdline").exists() and _alive(child):
            assert time.monotonic() < killed + 5
            time.sleep(0.01)
    assert frames.left(0x0800)[-1][0] < killed + 0.5


def _alive(child):
    return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
