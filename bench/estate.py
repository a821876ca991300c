"""`python -m bench estate`: whole scans of simulated estates, from the start of the process.

A /24 on-link with 60 cameras beside nmap -sS -sV with the same ports, 212 cameras in a routed /16,
and a UDP sweep. Needs root and network namespaces. CPU seconds are those of the measured process
alone; the simulated cameras run beside it on the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from bench.counter import counted, first_packet, last_above
from bench.estates import link, routed
from bench.evidence import evidence_of, mistakes
from bench.far import NETWORK, Far
from bench.measure import Ran, run_once
from bench.sweep import machine
from camscan.lab.estate import Estate
from camscan.lab.lab import Lab

PORTS = "80,443,554,8000,8080,8443,8554,9000"
BASE = "10.98"
UDP_ADDRESSES = 65_536
_PROBING = 5_000
"""Packets/s that no probing reaches: above it the sweep goes on."""
NMAP_SECONDS = 240.0
"""Then the peer is ended, and its row says so: the whole has to end in ten minutes."""


class Scanned(Struct, frozen=True, kw_only=True):
    """One scan: what the process cost, seconds from its first packet, and after its sweep."""

    ran: Ran
    from_packet: float
    after_sweep: float
    run: dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print tables in Markdown; 1 when evidence differs from `--compare`."""
    parser = argparse.ArgumentParser(prog="python -m bench estate", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="scans of the /24")
    parser.add_argument("--rates", default="50000,200000", help="of the /16, with commas")
    parser.add_argument("--no-nmap", action="store_true", help="leave the peer out: it is slow")
    parser.add_argument("--only", choices=("link", "routed", "udp"), help="one part")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write what was found")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="and what was found before")
    given = parser.parse_args(arguments)
    if os.geteuid() != 0 or shutil.which("ip") is None:
        print("this needs root and iproute2: not measured")
        return 0
    print(machine(), "\n")
    found: dict[str, list[str]] = {}
    if given.only in (None, "link"):
        found["link"] = on_link(given.repeats, peer=not given.no_nmap)
    if given.only in (None, "routed"):
        found["routed"] = over_router([float(text) for text in given.rates.split(",")])
    if given.only in (None, "udp"):
        udp(given.repeats)
    if given.save is not None:
        given.save.write_text(json.dumps(found, indent=1))
    return _compare(given.compare, found) if given.compare is not None else 0


def on_link(repeats: int, *, peer: bool) -> list[str]:
    """The /24; returns what the cameras said."""
    estate = link()
    with Lab.up(estate, "namespace", base=BASE) as lab:
        namespace = lab.far_prefix[3]
        target = lab.targets[0]
        scans = [scan(lab.prefix, namespace, "lab0", target) for _ in range(repeats)]
        print(f"{len(estate.devices)} cameras in {target} on-link, 8 ports, all methods\n")
        _head()
        seconds = _row("camscan scan", scans)
        if peer:
            ran = nmap(lab.prefix, target)
            if ran is not None:
                more, most = ("more than ", "at most ") if ran.cut else ("", "")
                print(
                    f"| nmap -sS -sV | {more}{ran.seconds:.1f} s | | {ran.processor:.1f} s "
                    f"| {ran.peak_mib:.0f} MiB "
                    f"| camscan takes {most}{seconds / ran.seconds:.3f} of it |"
                )
    print()
    _say_mistakes(estate, scans)
    return evidence_of([one.run for one in scans], lab.truth)


def over_router(rates: Sequence[float]) -> list[str]:
    """The /16 at each rate; returns what the cameras said."""
    estate = routed()
    found: list[Scanned] = []
    with _far(estate) as far:
        print(f"{len(estate.devices)} cameras in {NETWORK} behind a router, 8 ports\n")
        _head()
        for rate in rates:
            extra = ("--rate", f"{rate:g}")
            one = scan(far.prefix(), far.far, "dev0", NETWORK, *extra, busy=_PROBING)
            _row(f"camscan scan --rate {rate:g}", [one], f"{one.after_sweep:.1f} s after the sweep")
            found.append(one)
    print()
    _say_mistakes(estate, found)
    return evidence_of([one.run for one in found], estate.truth(BASE))


def udp(repeats: int) -> None:
    """One inquiry to every address of the /16, alone, at full rate."""
    with Far.up() as far:
        command = far.prefix(sys.executable, "-m", "bench.one_udp", NETWORK)
        results = [run_once("udp sweep", command) for _ in range(repeats)]
        swept = statistics.median(float(one.output) for one in results)
        print(
            f"UDP inquiry to {UDP_ADDRESSES:,} addresses: {swept:.2f} s, "
            f"{UDP_ADDRESSES / swept:,.0f} packets/s, "
            f"{max(one.peak_mib for one in results):.0f} MiB\n"
        )


def scan(
    prefix: Sequence[str],
    namespace: str,
    interface: str,
    target: str,
    *extra: str,
    busy: float = 1000.0,
) -> Scanned:
    """One `camscan scan` in the scanner's namespace. `busy`: packets/s that mean it sweeps."""
    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        output = Path(name, "run.json")
        command = [*prefix, sys.executable, "-m", "camscan", "scan", target, "--ports", PORTS]
        command += [*extra, "-q", "--db", str(Path(name, "db")), "-o", f"json:{output}"]
        with counted(namespace, interface) as samples:
            ran = run_once("camscan scan", command)
        return Scanned(
            ran=ran,
            from_packet=ran.ended - first_packet(samples),
            after_sweep=ran.ended - last_above(samples, busy),
            run=json.loads(output.read_bytes()),
        )


def nmap(prefix: Sequence[str], target: str) -> Ran | None:
    """nmap's SYN scan and version detection of the same ports, once."""
    program = shutil.which("nmap")
    if program is None:
        print("nmap is not installed: not compared")
        return None
    command = [*prefix, program, "-sS", "-sV", "-n", "-p", PORTS, "--open", target]
    return run_once("nmap", command, most=NMAP_SECONDS)


@contextmanager
def _far(estate: Estate) -> Iterator[Far]:
    addresses = [device.address(BASE) for device in estate.devices]
    with Far.up(addresses) as far, far.serving(estate, BASE):
        yield far


def _head() -> None:
    print("| | wall time | from the first packet | CPU time | peak memory | |")
    print("|---|---|---|---|---|---|")


def _row(name: str, scans: Sequence[Scanned], note: str = "") -> float:
    """Print medians; returns the wall time."""
    seconds = statistics.median(one.ran.seconds for one in scans)
    print(
        f"| {name} | {seconds:.1f} s | {statistics.median(one.from_packet for one in scans):.1f} s "
        f"| {statistics.median(one.ran.processor for one in scans):.1f} s "
        f"| {max(one.ran.peak_mib for one in scans):.0f} MiB | {note} |",
        flush=True,
    )
    return seconds


def _say_mistakes(estate: Estate, scans: Sequence[Scanned]) -> None:
    for number, one in enumerate(scans, 1):
        wrong = mistakes(one.run, estate.truth(BASE))
        right = len(estate.devices) - len(wrong)
        print(f"scan {number}: {right} of {len(estate.devices)} found, no maker wrong")
        for line in wrong:
            print(f"  {line}")
    print(flush=True)


def _compare(path: Path, found: dict[str, list[str]]) -> int:
    """Say what is new and what is missing."""
    before = json.loads(path.read_text())
    differs = 0
    for part in before.keys() & found.keys():
        old, new = set(before[part]), set(found[part])
        print(f"{part}: {len(old)} pieces of evidence before, {len(new)} now")
        for sign, lines in (("-", old - new), ("+", new - old)):
            for line in sorted(lines):
                print(f"  {sign} {line}")
        differs |= old != new
    return differs


if __name__ == "__main__":
    sys.exit(main())
