"""What the journal is told of a raw sweep: each SYN that left, with its time, in two records."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
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
        method = segment.sweep(bench, TcpSyn((80, 81), on_round=told.append), "10.98.0.0/26")
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
    segment.sweep(bench, TcpSyn((80,), on_round=told.append), "10.97.0.0/29")
    asked = [contact for contact in expand(told) if contact.query == "address resolution"]
    count = Counter(contact.address for contact in asked)
    # 10.97.0.1 is this machine, .2 answers at once, the others never.
    assert count == {"10.97.0.2": 1} | {f"10.97.0.{n}": 3 for n in range(3, 7)}
    assert {(contact.transport, contact.port) for contact in asked} == {("link", 0)}


def test_a_sweep_that_is_ended_says_how_far_it_came(segment, bench, tmp_path, syns):
    segment.routed("10.98.0.0/20")
    told = []

    async def go():
        ctx = bench.context("10.98.0.0/21", profile=PROFILES["normal"])
        begun = asyncio.Event()

        def note(record):
            told.append(record)
            asyncio.get_running_loop().call_later(0.5, begun.set)

        sweep = asyncio.create_task(
            TcpSyn((80, 81), on_round=note).run(ctx, bench.sightings.append)
        )
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
    """`camscan WORDS` in the near namespace: its peak memory in MiB."""
    child = subprocess.Popen(
        ["ip", "netns", "exec", segment.near, sys.executable, "-m", "camscan", *words, "-q"]
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_maxrss / 1024


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
