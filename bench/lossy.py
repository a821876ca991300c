"""`python -m bench.lossy`: a scan over lines that lose or delay frames, as radio links do.

Simulated cameras in a routed /24 behind a line of `bench.line`. Needs root, namespaces and
/dev/net/tun. Loss is that of each direction: of 20 %, more than a third of the answers are missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bench.evidence import mistakes
from bench.far import Far
from bench.measure import run_once
from camscan.lab.estate import FIRST_HOST, Estate, Site
from camscan.lab.estates import district
from camscan.lab.persona import personas

BASE, NETWORK = "10.98", "10.98.0.0/24"
PORTS = "80,443,554,8000,8080,8443,8554,9000"
LINES = ((0.0, 0.0), (0.01, 0.0), (0.05, 0.0), (0.2, 0.0), (0.0, 0.03), (0.0, 0.2), (0.05, 0.03))
_NOT_ON_LINK = 256


class Crossed(Struct, frozen=True, kw_only=True):
    """One scan: how many cameras there are, one line for each that is missing or called wrongly,
    what the sweep said of loss, and the wall time."""

    cameras: int
    wrong: list[str]
    sweep: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Scan over each line and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.lossy", description=__doc__)
    parser.add_argument("--cameras", type=int, default=212, help="how many, 212 at most")
    given = parser.parse_args(arguments)
    print("| lost each way | delay each way | found | wall time | the sweep's word |")
    print("|---|---|---|---|---|")
    for loss, delay in LINES:
        one = cross(given.cameras, loss=loss, delay=delay)
        found = one.cameras - len(one.wrong)
        print(
            f"| {loss:.0%} | {1000 * delay:.0f} ms | {found} of {one.cameras} "
            f"| {one.seconds:.1f} s | {one.sweep} |",
            flush=True,
        )
        for line in one.wrong:
            print(f"  {line}", file=sys.stderr)
    return 0


def cross(cameras: int, *, loss: float, delay: float, network: str = NETWORK) -> Crossed:
    """Scan so many cameras of the lab's district over such a line, in the network they are in or
    the part of it that holds them."""
    estate = routed(cameras)
    with _up(estate, loss, delay) as far, tempfile.TemporaryDirectory() as name:
        output = Path(name, "run.json")
        command = far.prefix(sys.executable, "-m", "camscan", "scan", network, "--ports", PORTS)
        command += ["-q", "--db", str(Path(name, "db")), "-o", f"json:{output}"]
        ran = run_once("camscan scan", command)
        run: dict[str, Any] = json.loads(output.read_bytes())
    (sweep,) = [one["reason"] for one in run["coverage"]["methods"] if one["name"] == "tcp-syn"]
    return Crossed(
        cameras=len(estate.devices),
        wrong=mistakes(run, estate.truth(BASE)),
        sweep=sweep,
        seconds=ran.seconds,
    )


def routed(cameras: int) -> Estate:
    """The first `cameras` of the district, side by side in one routed /24."""
    kinds = {name: one.persona.kind for name, one in personas().items()}
    chosen = [one for one in district().devices if kinds[one.persona] == "camera"][:cameras]
    devices = [
        replace(one, subnet=0, host=FIRST_HOST + number, site="far")
        for number, one in enumerate(chosen)
    ]
    site = Site("far", (0,))
    return Estate(name="bench-lossy", sites=(site,), devices=tuple(devices), on_link=_NOT_ON_LINK)


@contextmanager
def _up(estate: Estate, loss: float, delay: float) -> Iterator[Far]:
    addresses = [device.address(BASE) for device in estate.devices]
    with Far.up(addresses, loss=loss, delay=delay) as far, far.serving(estate, BASE):
        yield far


if __name__ == "__main__":
    sys.exit(main())
