"""`python -m bench.sweep`: the raw sweep over a routed /16 beside masscan, and the connect sweep.

Needs root and network namespaces. Wall time is that of the whole command, start-up included; the
rate held is read from the far interface's counters while 5 to 95 percent of the packets pass.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from bench.far import HOSTS, NETWORK, OPEN, SOURCE, Far

PORTS = "80,443,554,8000,8080,8443,8554,9000"


class Swept(Struct, frozen=True, kw_only=True):
    """Medians over the repeats; `peak_mib` the most of any. `processor` seconds are those of the
    command, with what the kernel does for it, the far end's share included."""

    name: str
    seconds: float
    found: int
    held: float
    peak_mib: float
    processor: float
    sent: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each command")
    parser.add_argument("--rates", default="50000,200000", help="packets/s, with commas")
    parser.add_argument("--connect", type=float, default=20_000, help="rate asked of connections")
    given = parser.parse_args(arguments)
    if os.geteuid() != 0 or shutil.which("ip") is None:
        print("the sweep needs root and iproute2: not measured")
        return 0
    print(machine(), "\n")
    with Far.up() as far:
        print(f"{HOSTS} hosts in {NETWORK}, {len(OPEN)} of 8 ports open: {HOSTS * len(OPEN)}\n")
        _head()
        for rate in (int(text) for text in given.rates.split(",")):
            own = camscan(far, "raw", rate, PORTS, NETWORK, given.repeats)
            _line(own, f"{rate:,}/s", "")
            peer = masscan(far, rate, given.repeats)
            if peer is not None:
                _line(peer, f"{rate:,}/s", f"camscan takes {own.seconds / peer.seconds:.2f} of it")
        for network in ("10.98.0.0/20", "10.98.0.0/18", "10.98.0.0/16"):
            _line(camscan(far, "raw", 50_000, PORTS, network, 1), "50,000/s", network)
        one = camscan(far, "connect", given.connect, "80,443", NETWORK, 1)
        each = f"{one.processor / one.sent * 1e6:.0f} µs of processor time each"
        note = f"{one.sent / one.seconds:,.0f} connections/s, {each}"
        _line(one, f"{given.connect:,.0f}/s", note)
    return 0


def machine() -> str:
    """What the figures were taken on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores of {model}, Linux "
        f"{platform.release()}, Python {platform.python_version()}, load {load:.1f} at the start"
    )


def camscan(far: Far, kind: str, rate: float, ports: str, network: str, repeats: int) -> Swept:
    """camscan's own sweep, in a child."""
    command = [sys.executable, "-m", "bench.one_sweep", kind, str(rate), ports, network]
    runs = [_run(far, command) for _ in range(repeats)]
    results = [json.loads(one.text) for one in runs]
    return Swept(
        name=f"camscan {kind}",
        seconds=statistics.median(one.seconds for one in runs),
        found=min(result["open"] for result in results),
        held=statistics.median(one.held for one in runs),
        peak_mib=max(one.peak_mib for one in runs),
        processor=statistics.median(one.processor for one in runs),
        sent=results[0]["sent"],
    )


def masscan(far: Far, rate: int, repeats: int) -> Swept | None:
    """masscan with the same targets, ports and rate; it waits two seconds for late answers."""
    program = shutil.which("masscan")
    if program is None:
        print("masscan is not installed: not compared")
        return None
    command = [program, NETWORK, f"-p{PORTS}", "--rate", str(rate), "-e", "cam0"]
    command += ["--adapter-ip", SOURCE, "--router-mac", far.router_mac(), "--wait", "2"]
    runs = [_run(far, [*command, "-oL", "-"]) for _ in range(repeats)]
    return Swept(
        name="masscan",
        seconds=statistics.median(one.seconds for one in runs),
        found=min(one.text.count("open tcp") for one in runs),
        held=statistics.median(one.held for one in runs),
        peak_mib=max(one.peak_mib for one in runs),
        processor=statistics.median(one.processor for one in runs),
    )


class _Run(Struct, frozen=True, kw_only=True):
    """One run of a command; `text` is what it printed, `held` packets/s."""

    seconds: float
    text: str
    held: float
    peak_mib: float
    processor: float


def _run(far: Far, command: Sequence[str]) -> _Run:
    """It must end within 240 s."""
    with far.counted() as samples:
        began = time.monotonic()
        child = subprocess.Popen(
            ["timeout", "240", *far.prefix(*command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert child.stdout is not None
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with code {child.returncode}")
    return _Run(
        seconds=seconds,
        text=text,
        held=_held(samples),
        peak_mib=usage.ru_maxrss / 1024,
        processor=usage.ru_utime + usage.ru_stime,
    )


def _held(samples: Sequence[tuple[float, int]]) -> float:
    first, last = samples[0][1], samples[-1][1]
    low, high = first + 0.05 * (last - first), first + 0.95 * (last - first)
    inside = [(at, count) for at, count in samples if low <= count <= high]
    if len(inside) < 2 or inside[-1][0] == inside[0][0]:
        return 0.0
    return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])


def _head() -> None:
    print("| | asked | held | wall time | open ports | peak memory | |")
    print("|---|---|---|---|---|---|---|")


def _line(one: Swept, asked: str, note: str) -> None:
    print(
        f"| {one.name} | {asked} | {one.held:,.0f}/s | {one.seconds:.1f} s | {one.found} "
        f"| {one.peak_mib:.0f} MiB | {note} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
