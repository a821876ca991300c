"""A line between two network namespaces that loses and delays frames, as a radio link does.

Made of two TAP devices and a process between them, for not every kernel has tc's netem.

python -m bench.line NAMESPACE DEVICE NAMESPACE DEVICE LOSS DELAY SEED
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_CLONE_NEWNET = 0x40000000
# linux/if_tun.h
_TUNSETIFF = 0x400454CA
_IFF_TAP, _IFF_NO_PI = 0x0002, 0x1000
_FRAME = 65_536


@contextlib.contextmanager
def line(
    near: tuple[str, str], far: tuple[str, str], *, loss: float, delay: float, seed: int = 1
) -> Iterator[None]:
    """Devices `near` and `far` (namespace, name), until the block ends.

    A frame of either direction is lost with probability `loss`, else it arrives `delay` seconds
    later, in order.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.line", *near, *far, str(loss), str(delay), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    try:
        said = child.stdout.readline() if child.stdout else ""
        if said != "ready\n":
            raise OSError(f"no line between {near} and {far}: {said!r}")
        yield
    finally:
        if child.stdin:
            child.stdin.close()
        child.wait()


def main(arguments: Sequence[str]) -> int:
    """Carry frames until standard input ends."""
    near, near_name, far, far_name, loss, delay, seed = arguments
    taps = [_tap(near, near_name), _tap(far, far_name)]
    print("ready", flush=True)
    carry(taps, sys.stdin.fileno(), float(loss), float(delay), random.Random(int(seed)))
    return 0


def carry(taps: Sequence[int], end: int, loss: float, delay: float, rng: random.Random) -> None:
    """From each descriptor of `taps` to the other one, until `end` can be read."""
    other = {taps[0]: taps[1], taps[1]: taps[0]}
    waiting: list[tuple[float, int, int, bytes]] = []
    number = 0
    while True:
        left = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([*taps, end], [], [], left)
        if end in ready:
            return
        for tap in ready:
            frame = os.read(tap, _FRAME)
            if rng.random() >= loss:
                number += 1
                due = time.monotonic() + delay
                heapq.heappush(waiting, (due, number, other[tap], frame))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, tap, frame = heapq.heappop(waiting)
            # A device that is not up yet takes nothing, as a cable without a link.
            with contextlib.suppress(OSError):
                os.write(tap, frame)


def _tap(namespace: str, name: str) -> int:
    """The descriptor of a new TAP device in `namespace`."""
    with Path(f"/run/netns/{namespace}").open() as handle:
        if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TAP | _IFF_NO_PI))
    return tap


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
