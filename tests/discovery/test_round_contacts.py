"""What the journal is told of a raw sweep: each SYN that left, with its time, in two records."""

from __future__ import annotations

import asyncio
import csv
import json
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise

import pytest

from camscan.discovery.tcp_syn import TcpSyn
from camscan.model.contact_round import RoundBegan, RoundEnded, expand
from camscan.net.profile import PROFILES

pytestmark = pytest.mark.root


def sizes(told):
    return [one.packets for one in told if isinstance(one, RoundEnded)]


def test_two_records_a_round_are_the_syns_on_the_wire(segment, bench, tmp_path, syns):
    """Retries, what is asked to measure loss, and every time, to a few milliseconds."""
    segment.routed("10.98.0.0/24")
    segment.answers("10.98.0.5/32")
    told = []
    with segment.capture(tmp_path, segment.far, "dev0") as frames:
        method = segment.sweep(bench, TcpSyn((80, 81)), "10.98.0.0/26", on_round=told.append)
    assert bench.contacts == []
    made = list(expand(told))
    assert len(made) == method.sent == sum(sizes(told))
    assert {(c.query, c.transport) for c in made} == {("tcp syn", "tcp")}
    wire = Counter((address, port) for _, address, port in syns(frames))
    assert Counter((c.address, c.port) for c in made) == wire
    assert len(wire) == 62 * 2
    assert max(wire.values()) == 2
    first = {}
    for at, address, port in syns(frames):
        first.setdefault((address, port), at)
    off = {}
    for contact in made:
        place = contact.address, contact.port
        off.setdefault(place, abs(contact.at.timestamp() - first[place]))
    assert sorted(off.values())[len(off) // 2] < 0.05
    assert all(a.at <= b.at for a, b in pairwise(c for c in made if c.port == 80))


def test_on_the_link_the_questions_for_macs_are_told_too(segment, bench):
    told = []
    segment.sweep(bench, TcpSyn((80,)), "10.97.0.0/29", on_round=told.append)
    asked = [contact for contact in expand(told) if contact.query == "address resolution"]
    count = Counter(contact.address for contact in asked)
    # 10.97.0.1 is this machine, .2 answers at once, the others never.
    assert count == {"10.97.0.2": 1} | {f"10.97.0.{n}": 3 for n in range(3, 7)}
    assert {(contact.transport, contact.port) for contact in asked} == {("link", 0)}


def test_a_sweep_that_is_ended_says_how_far_it_came(segment, bench, tmp_path, syns):
    segment.routed("10.98.0.0/20")
    told = []

    async def go():
        begun = asyncio.Event()

        def note(record):
            told.append(record)
            asyncio.get_running_loop().call_later(0.5, begun.set)

        ctx = bench.context("10.98.0.0/21", profile=PROFILES["normal"], on_round=note)
        sweep = asyncio.create_task(TcpSyn((80, 81)).run(ctx, bench.sightings.append))
        await begun.wait()
        sweep.cancel()
        await asyncio.gather(sweep, return_exceptions=True)

    with segment.capture(tmp_path, segment.far, "dev0") as frames:
        segment.inside(segment.near, lambda: asyncio.run(go()))
    began = {one.id for one in told if isinstance(one, RoundBegan)}
    assert began == {one.id for one in told if isinstance(one, RoundEnded)}
    made = {(c.address, c.port) for c in expand(told)}
    assert made == {(address, port) for _, address, port in syns(frames)}
    assert 0 < len(made) < 2046


def camscan(segment, *words):
    """`camscan WORDS` in the near namespace: its peak memory in MiB.

    VmHWM begins anew with the program; ru_maxrss would count the memory of the test run that
    the child was forked from.
    """
    code = (
        "import atexit; from camscan.cli import main\n"
        "def peak():\n"
        "    with open('/proc/self/status') as status:\n"
        "        print(next(line for line in status if 'VmHWM' in line).split()[1])\n"
        "atexit.register(peak); main()"
    )
    done = subprocess.run(
        ["ip", "netns", "exec", segment.near, sys.executable, "-c", code, *words, "-q"],
        check=True,
        stdout=subprocess.PIPE,
    )
    return int(done.stdout.split()[-1]) / 1024


@pytest.mark.slow(30)
def test_a_large_scan_keeps_a_small_journal_and_little_memory(segment, tmp_path):
    """131,056 SYNs of a /18: no record for each, in the journal and in memory."""
    segment.routed("10.98.0.0/16")
    segment.answers(*(f"10.98.{n}.9/32" for n in range(0, 64, 4)))
    ports, db = "80,443,554,8000,8080,8443,8554,9000", ("--db", str(tmp_path / "db"))
    scan = ("scan", "10.98.0.0/18", "--ports", ports, "--rate", "50000", *db)
    peak = camscan(segment, *scan, "-o", f"json:{tmp_path}/run.json")
    run = json.loads((tmp_path / "run.json").read_bytes())
    (sweep,) = (one for one in run["coverage"]["methods"] if one["name"] == "tcp-syn")
    (journal,) = (tmp_path / "runs").iterdir()
    size, singles = 0, 0
    with journal.open("rb") as handle:
        for line in handle:
            if line.startswith((b'{"type":"asking"', b'{"type":"asked"')):
                size += len(line)
            singles += b'"query":"tcp syn"' in line and not line.startswith(b'{"type":"asking"')
    assert sweep["sent"] > 16382 * 8
    assert size < 3.5 * sweep["sent"]
    assert singles == 0
    small = camscan(segment, "report", "latest", *db, "-o", f"contacts:{tmp_path}/contacts.csv")
    with (tmp_path / "contacts.csv").open() as handle:
        told = Counter(line.split(",")[2] for line in handle if line.endswith("tcp,tcp syn\n"))
    assert sum(told.values()) == sweep["sent"]
    assert all(told[port] >= 16382 for port in ports.split(","))
    assert peak < 200
    assert small < 100


@pytest.mark.slow(30)
def test_after_a_kill_no_syn_is_without_its_row(segment, tmp_path, syns):
    """What was under way is told as uncertain; resuming keeps that and asks the rest."""
    segment.routed("10.98.0.0/22")
    db = ("--db", str(tmp_path / "db"))
    words = ("scan", "10.98.0.0/22", "--ports", "80,81", "--rate", "800", *db, "-q")
    with segment.capture(tmp_path, segment.far, "dev0") as frames:
        child = subprocess.Popen(
            ["ip", "netns", "exec", segment.near, sys.executable, "-m", "camscan", *words]
        )
        until = time.monotonic() + 60
        while b'"type":"asking"' not in b"".join(
            path.read_bytes() for path in tmp_path.glob("runs/*")
        ):
            assert time.monotonic() < until
            time.sleep(0.05)
        time.sleep(0.3)  # into the round: some of it has left, some has not
        child.kill()
        child.wait()
    camscan(segment, "scan", "--resume", "latest", *db, "-o", f"contacts:{tmp_path}/contacts.csv")
    with (tmp_path / "contacts.csv").open(newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["query"].startswith("tcp syn")]
    before = {(address, port) for _, address, port in syns(frames)}
    unsure = {(r["address"], int(r["port"])) for r in rows if r["query"].endswith("(not certain)")}
    sure = Counter((r["address"], int(r["port"])) for r in rows if r["query"] == "tcp syn")
    assert before
    assert before <= unsure
    assert len(sure) == 1022 * 2, "the second part asked everything that was not finished"
