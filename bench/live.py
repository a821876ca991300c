"""`python -m bench.live`: what a live capture of a busy video network costs; needs root, iproute2.

A recorder's network is played in two namespaces: cameras send video to their recorder at a set
rate, and now and then one of them calls the outside. `camscan watch` listens on the recorder's
interface. Printed are the share of one core that camscan takes (user and system, start-up left
out), what passed its filter, and what the kernel dropped.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_PAYLOAD = 1400
_SENDER = """
import socket, sys, time
rate, seconds, size, cameras = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), 50
socks = []
for last in range(10, 10 + cameras):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((f"10.66.1.{last}", 5004)); s.connect(("10.66.1.1", 5004)); socks.append(s)
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); out.bind(("10.66.1.10", 0))
video, sent, began = b"\\x80\\x60" + bytes(size - 2), 0, time.monotonic()
while (now := time.monotonic() - began) < seconds:
    due = int(now * rate)
    while sent < due:
        socks[sent % cameras].send(video); sent += 1
        if sent % 400 == 0:
            out.sendto(b"q" * 64, ("36.110.220.15", 9000 + sent // 400 % 5))
    time.sleep(0.002)
print(sent)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--mbit", type=float, default=200.0, help="video on the network, Mbit/s")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long is measured")
    given = parser.parse_args(arguments)
    near, far = f"cbn{os.getpid()}", f"cbf{os.getpid()}"
    try:
        _network(near, far)
        with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
            _measure(Path(name), near, far, given.mbit, given.seconds)
    finally:
        for space in (near, far):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
    return 0


def _network(near: str, far: str) -> None:
    for space in (near, far):
        _ip("netns", "add", space)
        _ip("-n", space, "link", "set", "lo", "up")
    _ip("link", "add", "rec0", "netns", near, "type", "veth", "peer", "cam0", "netns", far)
    _ip("-n", near, "address", "add", "10.66.1.1/24", "dev", "rec0")
    _ip("-n", near, "route", "add", "local", "36.110.220.15/32", "dev", "lo")
    _ip("-n", near, "link", "set", "rec0", "up")
    for last in range(10, 60):
        _ip("-n", far, "address", "add", f"10.66.1.{last}/24", "dev", "cam0")
    _ip("-n", far, "link", "set", "cam0", "up")
    _ip("-n", far, "route", "add", "default", "via", "10.66.1.1")


def _measure(folder: Path, near: str, far: str, mbit: float, seconds: float) -> None:
    rate = mbit * 1e6 / 8 / (_PAYLOAD + 42)
    command = ["ip", "netns", "exec", near, sys.executable, "-m", "camscan", "watch", "rec0"]
    command += ["--all-devices", "--db", str(folder / "db"), "-o", f"json:{folder}/run.json"]
    recorder = ["ip", "netns", "exec", near, sys.executable, "-c", _RECORDER]
    listening = subprocess.Popen(recorder)
    watch = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert watch.stderr is not None
    for line in watch.stderr:
        if "watching" in line:
            break
    sender = [sys.executable, "-c", _SENDER, str(rate), str(seconds + 4), str(_PAYLOAD)]
    sending = subprocess.Popen(
        ["ip", "netns", "exec", far, *sender], stdout=subprocess.PIPE, text=True
    )
    time.sleep(2)
    before, began = _processor(watch.pid), time.monotonic()
    time.sleep(seconds)
    after, ended = _processor(watch.pid), time.monotonic()
    sent = sending.communicate()[0]
    watch.terminate()
    said = watch.stderr.read()
    watch.wait()
    listening.terminate()
    listening.wait()
    run = json.loads((folder / "run.json").read_text("utf-8"))
    method = next(m["reason"] for m in run["coverage"]["methods"] if m["name"].startswith("iface"))
    share = 100 * (after - before) / (ended - began)
    lost = re.search(r"(\d+) lost", method)
    print(f"{int(sent):,} video packets at {mbit:g} Mbit/s; camscan watch: {share:.2f} % of a core")
    print(f"passed the kernel's filter: {method}; dropped: {lost[1] if lost else '?'}")
    print(f"told: {said.count('calls')} conversations")


_RECORDER = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("10.66.1.1", 5004))
while True: s.recv(2048)
"""


def _processor(process: int) -> float:
    """Seconds of processor time, user and system, of a process that `ip netns exec` became."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
