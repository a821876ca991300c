"""`python -m bench`: flows of a capture, identification, sweeps; each beside a peer where one is.

Medians of several runs of whole commands, start-up included. A ratio above 1 means that camscan
took that many times as long as the peer, which does less or other work: tcpdump prints lines,
nmap only connects while camscan also asks by WS-Discovery and listens. `bench.flows` says what the
peers of captures lack.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import flows, identify
from bench import sweep as routed
from bench.capture import write_capture
from bench.measure import Measured, measure

CAMSCAN = (sys.executable, "-m", "camscan")
PORTS = "80,443,554,8000,8080,8443,8554,9000"
SUBNET, ADDRESSES = "127.66.64.0/21", 2_046


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given_arguments = list(sys.argv[1:] if arguments is None else arguments)
    if given_arguments[:1] == ["estate"]:
        from bench import estate

        return estate.main(given_arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--packets", type=int, default=1_000_000, help="size of the capture")
    parser.add_argument("--records", type=int, default=1_000_000, help="records to identify")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each command")
    given = parser.parse_args(given_arguments)
    print(f"{platform.machine()}, Python {platform.python_version()}, median of {given.repeats}\n")
    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        folder = Path(name)
        sizes = ["--packets", str(given.packets), "--repeats", str(given.repeats)]
        flows.main([*sizes, "--folder", str(folder)])
        filters(folder, given.packets, given.repeats)
        identify.run(folder, given.records, given.repeats)
        sweep(folder, given.repeats)
    return routed.main(["--repeats", str(given.repeats)])


def filters(folder: Path, packets: int, repeats: int) -> None:
    """Reading a capture of few connections into judged conversations, beside tcpdump."""
    path = folder / "bench.pcap"
    write_capture(path, packets)
    own = [*CAMSCAN, "egress", str(path), "--all-devices", "--db", str(folder / "db"), "-q"]
    measured = [measure("camscan egress", [*own, "-o", "json:/dev/null"], repeats=repeats)]
    measured += _peers({"tcpdump": ["-q", "-n", "-r", str(path)]}, repeats)
    _print(
        f"{packets:,} packets ({path.stat().st_size / 1e6:.0f} MB)", "packets", packets, measured
    )


def sweep(folder: Path, repeats: int) -> None:
    """Connection attempts on loop-back, where every port refuses at once, beside nmap."""
    attempts = ADDRESSES * len(PORTS.split(","))
    own = [*CAMSCAN, "scan", SUBNET, "--ports", PORTS, "--rate", "1000000", "-q"]
    own += ["--db", str(folder / "db"), "-o", "json:/dev/null"]
    measured = [measure("camscan scan", own, repeats=repeats)]
    connect = ["-sT", "-n", "-Pn", "-T5", "--min-rate", "1000000", "-p", PORTS, SUBNET]
    measured += _peers({"nmap": connect}, repeats)
    _print(f"{attempts:,} connection attempts", "attempts", attempts, measured)


def _peers(peers: dict[str, list[str]], repeats: int) -> list[Measured]:
    """Those of `peers` that are installed."""
    found = []
    for name, arguments in peers.items():
        program = shutil.which(name)
        if program is None:
            print(f"{name} is not installed: not compared")
            continue
        found.append(measure(name, [program, *arguments], repeats=repeats))
    return found


def _print(title: str, unit: str, amount: int, measured: Sequence[Measured]) -> None:
    own = measured[0]
    print(title)
    for one in measured:
        ratio = (
            "" if one is own else f"   camscan takes {own.seconds / one.seconds:.2f} times as long"
        )
        print(
            f"  {one.name:<18}{one.seconds:>8.2f} s {amount / one.seconds:>12,.0f} {unit}/s"
            f"{one.peak_mib:>8.0f} MiB{ratio}"
        )
    print()


if __name__ == "__main__":
    sys.exit(main())
