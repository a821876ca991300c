"""`python -m bench.flows`: packets and bytes of each camera to each peer, port and protocol, with
names, from one capture; camscan beside what else can count them.

Every repeat runs all tools once, one after the other, so that a busy moment meets them alike;
figures are medians. Bytecode is kept between runs, as it is by an installed program. Processor
time is given beside wall time. What a peer lacks of the task is in its line: nfpcapd, dpkt, scapy
and nfstream (without nDPI) find no names. Slow tools read a capture of a twentieth of the packets
once; what they take beyond their start is scaled up.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import Measured, measure

_SLOW = 20
_FIELDS = ("frame.time_epoch", "ip.src", "ip.dst", "ip.proto", "ip.len", "tcp.srcport")
_NAMED = ("tcp.dstport", "udp.srcport", "udp.dstport", "dns.qry.name", "dns.a")
_SNI = "tls.handshake.extensions_server_name"

# What a program of one's own would do with a library: one counter a conversation.
_READ = """
import gc, os, sys
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program itself does, and this too
gc.set_threshold(10_000)
from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import read_into
from camscan.sources.flows.source import Reading
reading = Reading(Keep())
read_into(sys.argv[1:], reading)
print(len(record_of(reading).flows))
"""
_ONE_CORE = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
"""
_DPKT = """
import collections, dpkt, sys
seen = collections.Counter()
with open(sys.argv[1], "rb") as file:
    for _, data in dpkt.pcap.Reader(file):
        ip = dpkt.ethernet.Ethernet(data).data
        if isinstance(ip, dpkt.ip.IP) and isinstance(ip.data, (dpkt.tcp.TCP, dpkt.udp.UDP)):
            seen[ip.src, ip.dst, ip.data.dport, ip.p] += ip.len
print(len(seen))
"""
_SCAPY = """
import collections, sys
from scapy.all import IP, TCP, UDP, PcapReader
seen = collections.Counter()
for packet in PcapReader(sys.argv[1]):
    if IP in packet and (TCP in packet or UDP in packet):
        seen[packet[IP].src, packet[IP].dst, packet[IP].payload.dport, packet[IP].proto] += 1
print(len(seen))
"""
_NFSTREAM = """
import sys
from nfstream import NFStreamer
print(sum(1 for _ in NFStreamer(source=sys.argv[1], n_dissections=0)))
"""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.flows", description=__doc__)
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--snap", type=int, default=262_144, help="cut packets at so many bytes")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="names of tools")
    parser.add_argument("--python", default=sys.executable, help="has dpkt, scapy and nfstream")
    parser.add_argument("--folder", type=Path, help="where captures are written and stay")
    given = parser.parse_args(arguments)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="camscan-bench-") as name:
        folder = given.folder or Path(name)
        whole = folder / f"lan-{given.packets}-{given.snap}.pcap"
        part = folder / f"lan-{given.packets // _SLOW}-{given.snap}.pcap"
        tiny = folder / f"lan-1-{given.snap}.pcap"
        sizes = {whole: given.packets, part: given.packets // _SLOW, tiny: 1}
        for path, packets in sizes.items():
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _write(path, packets, given.snap)
        with tempfile.TemporaryDirectory(prefix="camscan-bench-") as scratch:
            tools = _tools(whole, (part, tiny), Path(scratch), given.python)
            if given.only:
                tools = {name: tool for name, tool in tools.items() if name in given.only}
            found: dict[str, list[Measured]] = {name: [] for name in tools}
            before = os.getloadavg()[0]
            for _ in range(given.repeats):
                for name, (tool, is_slow) in tools.items():
                    if not is_slow or not found[name]:
                        found[name].append(tool())
        _print(given.packets, whole, found, before)
    return 0


def _write(path: Path, packets: int, snap: int) -> None:
    """In a process of its own: a command's peak memory begins with that of who starts it."""
    code = "import sys; from pathlib import Path; from bench.camera_lan import write_camera_lan\n"
    code += "write_camera_lan(Path(sys.argv[1]), int(sys.argv[2]), snap=int(sys.argv[3]))"
    command = [sys.executable, "-c", code, str(path), str(packets), str(snap)]
    subprocess.run(command, check=True)


Tool = tuple[Callable[[], Measured], bool]


def _tools(whole: Path, parts: tuple[Path, Path], scratch: Path, python: str) -> dict[str, Tool]:
    """What is installed: how it is run, and whether it is one of the slow ones."""
    camscan = [sys.executable, "-m", "camscan", "egress", str(whole), "--all-devices", "-q"]
    camscan += ["--db", str(scratch / "db"), "-o", "json:/dev/null"]
    tools: dict[str, Tool] = {
        "camscan's reader": (_command(sys.executable, "-c", _READ, str(whole)), False),
        "reader, one core": (_command(sys.executable, "-c", _ONE_CORE + _READ, str(whole)), False),
        "camscan egress": (_command(*camscan), False),
    }
    if shutil.which("nfpcapd") and shutil.which("nfdump"):
        tools["nfpcapd, nfdump"] = (lambda: _nfdump(whole, scratch), False)
    slow: dict[str, Callable[[Path], list[str]]] = {}
    if shutil.which("tshark"):
        tuned = ["-o", "tcp.desegment_tcp_streams:FALSE", "-o", "ip.defragment:FALSE"]
        for name in ("rtsp", "rtp", "rtcp"):
            tuned += ["--disable-protocol", name]
        fields = [word for name in (*_FIELDS, *_NAMED, _SNI) for word in ("-e", name)]
        for name, options in (("tshark, tuned", tuned), ("tshark", [])):
            tail = ["-T", "fields", *fields, *options]
            slow[name] = lambda path, tail=tail: ["tshark", "-n", "-r", str(path), *tail]
    for name, code in (("dpkt", _DPKT), ("scapy", _SCAPY), ("nfstream", _NFSTREAM)):
        if python != sys.executable or importlib.util.find_spec(name) is not None:
            slow[name] = lambda path, code=code: [python, "-c", code, str(path)]
    for name, command in slow.items():
        tools[name] = (lambda command=command: _scaled(command, *parts), True)
    return tools


def _command(*words: str) -> Callable[[], Measured]:
    return lambda: measure(words[0], words, repeats=1)


def _nfdump(whole: Path, scratch: Path) -> Measured:
    """Both commands one after the other."""
    flows = scratch / "flows"
    shutil.rmtree(flows, ignore_errors=True)
    flows.mkdir()
    one = measure("nfpcapd", ["nfpcapd", "-r", str(whole), "-w", str(flows)], repeats=1)
    keys = "srcip,dstip,dstport,proto"
    two = measure("nfdump", ["nfdump", "-q", "-R", str(flows), "-A", keys], repeats=1)
    return Measured(
        name="nfpcapd, nfdump",
        seconds=one.seconds + two.seconds,
        processor=one.processor + two.processor,
        peak_mib=max(one.peak_mib, two.peak_mib),
    )


def _scaled(command: Callable[[Path], list[str]], part: Path, tiny: Path) -> Measured:
    """What the whole capture would take: the start once, and the rest so many times."""
    start = measure("start", command(tiny), repeats=1)
    one = measure("part", command(part), repeats=1)
    return Measured(
        name="scaled",
        seconds=start.seconds + (one.seconds - start.seconds) * _SLOW,
        processor=start.processor + (one.processor - start.processor) * _SLOW,
        peak_mib=one.peak_mib,
    )


def _print(packets: int, path: Path, found: dict[str, list[Measured]], load: float) -> None:
    size = path.stat().st_size / 1e6
    after = os.getloadavg()[0]
    print(f"{packets:,} packets, {size:,.0f} MB; load {load:.1f} before, {after:.1f} after")
    first = None
    for name, runs in found.items():
        wall = statistics.median(one.seconds for one in runs)
        processor = statistics.median(one.processor for one in runs)
        first = first or processor
        print(
            f"  {name:<18}{wall:>9.2f} s wall {processor:>9.2f} s processor"
            f"{packets / processor:>12,.0f} packets/s{max(one.peak_mib for one in runs):>7.0f} MiB"
            f"   {processor / first:.2f}"
        )


if __name__ == "__main__":
    sys.exit(main())
