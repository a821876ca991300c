"""A scan that is ended early keeps what it learned; a killed one goes on where it stopped."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import signal
import socket
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from camscan.discovery.registry import LINK_INQUIRIES

pytestmark = pytest.mark.slow(35)

HERE = ("127.87.0.0/24", "127.87.1.0/24")
NOBODY = "127.87.16.0/24"
PORTS = ("--ports", "8080,8554,8443")


def slow(tmp_path, *more):
    """A scan of half a minute, two offices first."""
    return (
        "scan", *HERE, NOBODY, *PORTS, "--profile", "gentle",
        "--db", str(tmp_path / "db" / "db"), "-o", f"json:{tmp_path}/run.json",
        "-o", f"contacts:{tmp_path}/contacts.csv", *more,
    )  # fmt: skip


def check_partial(run):
    assert run["run"]["status"] == "partial"
    assert any(skip["subject"] == "run" for skip in run["coverage"]["skips"])
    states = {one["cidr"]: one for one in run["coverage"]["subnets"]}
    assert states[NOBODY]["state"] == "not-scanned", "which is not `not-reached`"
    assert run["devices"], "what was learned is there"
    assert any(device["evidence"] for device in run["devices"])


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_scan_with_a_valid_partial_run(
    office, start, check_run, camscan, tmp_path, number
):
    running = start(*slow(tmp_path))
    running.until('"http.title"')
    running.child.send_signal(number)
    began = time.monotonic()
    done = running.finish()
    assert done.code == 130, done.err
    assert time.monotonic() - began < 5
    assert "Traceback" not in done.err
    run = json.loads((tmp_path / "run.json").read_bytes())
    check_run(run)
    check_partial(run)
    # The same run is in the journal, and can be reported like any other.
    again = camscan("report", "latest", "--db", str(tmp_path / "db" / "db"), "--format", "json")
    assert again.code == 0, again.err
    assert json.loads(again.out) == run
    contacts = list(csv.DictReader(io.StringIO((tmp_path / "contacts.csv").read_text())))
    assert 0 < sum(row["query"] == "tcp connect" for row in contacts) < 3 * 762


@pytest.mark.alone
@pytest.mark.alone  # within four seconds it has to learn something
def test_until_ends_the_scan_at_its_minute(office, camscan, check_run, tmp_path):
    # A local time that is four seconds before a full minute: POSIX TZ has offsets in seconds.
    now = datetime.now(UTC)
    ahead = (56 - now.second) % 60
    local = (now + timedelta(seconds=ahead)).replace(microsecond=0)
    wanted = (local + timedelta(seconds=4)).strftime("%H:%M")
    began = time.monotonic()
    done = camscan(*slow(tmp_path, "--until", wanted), TZ=f"XYZ-00:00:{ahead:02d}")
    assert done.code == 0, done.err
    assert 2 < time.monotonic() - began < 25, "the whole takes half a minute"
    run = json.loads((tmp_path / "run.json").read_bytes())
    check_run(run)
    check_partial(run)
    assert "--until" in json.dumps(run["coverage"]["skips"])


def test_an_incomplete_run_fails_where_completeness_is_required(office, camscan, tmp_path):
    done = camscan(
        "scan", "127.87.0.0/28", NOBODY, *PORTS, "--require-complete", "-o",
        f"json:{tmp_path}/run.json",
    )  # fmt: skip
    assert done.code == 3


def records(folder):
    """The records of the one journal of a test."""
    (journal,) = (folder / "db" / "runs").glob("*.jsonl")
    lines = journal.read_text().splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def resume(camscan, folder):
    """`scan --resume latest`: the run, and the contacts before and after `folder` was left."""
    done = camscan(
        "scan", "--resume", "latest", "--db", f"{folder}/db/db", "-o", f"json:{folder}/run.json",
        "-o", f"contacts:{folder}/contacts.csv",
    )  # fmt: skip
    assert done.code == 0, done.err
    contacts = list(csv.DictReader(io.StringIO((folder / "contacts.csv").read_text())))
    return json.loads((folder / "run.json").read_bytes()), contacts


def after(contacts, moment):
    return [row for row in contacts if datetime.fromisoformat(row["at"]) > moment]


class Dawdler:
    """A web server that takes connections and says nothing, until it is woken."""

    address = "127.87.3.7"

    def __init__(self):
        self.awake = threading.Event()
        self._held = []
        self._listener = socket.create_server((self.address, 8080))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self._held.append(visitor)
            if self.awake.is_set():
                visitor.settimeout(2)
                with visitor, contextlib.suppress(OSError):
                    if visitor.recv(4096):
                        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for one in (*self._held, self._listener):
            one.close()


@pytest.fixture
def dawdler():
    one = Dawdler()
    yield one
    one.close()


@pytest.mark.alone  # the kill has to come before the host that dawdles is given up
def test_resume_after_a_kill_asks_no_finished_host_again(
    office, dawdler, start, camscan, check_run, tmp_path
):
    running = start("scan", HERE[0], f"{dawdler.address}/32", *PORTS, "--db", f"{tmp_path}/db/db")
    running.until('"name":"neighbour-table"')
    running.until('"type":"host"', times=4)
    running.child.kill()
    assert running.finish().code == -signal.SIGKILL
    moment = datetime.now(UTC)
    dawdler.awake.set()
    finished = {record["address"] for record in records(tmp_path) if record["type"] == "host"}
    assert len(finished) >= 4
    refused = camscan("report", "latest", "--db", f"{tmp_path}/db/db")
    assert refused.code == 1
    assert "--resume" in refused.err
    run, contacts = resume(camscan, tmp_path)
    check_run(run)
    assert run["run"]["status"] == "complete"
    later = after(contacts, moment)
    asked = {row["address"] for row in later}
    assert dawdler.address in asked
    assert asked.isdisjoint(finished), "asked once, never again"
    assert not any(row["query"] == "tcp connect" for row in later), "nor swept again"
    found = {address for device in run["devices"] for address in device["addresses"]}
    assert found >= finished | {dawdler.address}


def test_resume_after_a_kill_sweeps_what_is_left(office, start, camscan, check_run, tmp_path):
    running = start(
        "scan", "127.87.0.0/19", "--ports", "8080", "--rate", "5000", "--db", f"{tmp_path}/db/db"
    )
    running.until('"type":"block"')
    running.child.kill()
    assert running.finish().code == -signal.SIGKILL
    moment = datetime.now(UTC)
    held = records(tmp_path)
    assert not any(record["type"] == "ended" for record in held)
    block = [record for record in held if record["type"] == "block"][-1]
    run, contacts = resume(camscan, tmp_path)
    check_run(run)
    assert run["run"]["status"] == "complete"
    assert run["run"]["scope"]["addresses"] == 8190
    swept = [row["address"] for row in after(contacts, moment) if row["query"] == "tcp connect"]
    assert len(swept) == 8190 - (block["last"] + 1), "what was swept is not swept again"
    # Both halves together cover the scope, and the record of both is kept.
    everything = {row["address"] for row in contacts if row["query"] == "tcp connect"}
    assert len(everything) == 8190
    assert sum(bool(device["evidence"]) for device in run["devices"]) >= 9


def test_resume_after_a_kill_sends_no_datagram_twice(office, start, camscan, tmp_path):
    """Inquiries address by address go on after the last round that is on record; whom the kill
    left in doubt is asked, and the rows say so."""
    db = ("--db", f"{tmp_path}/db/db")
    running = start("scan", HERE[0], "--ports", "8080", "--rate", "150", *db)
    running.until('"query":"sadp inquiry"', times=2)  # its second round: one second's worth each
    running.child.kill()
    assert running.finish().code == -signal.SIGKILL
    moment = datetime.now(UTC)
    answered = {r["address"] for r in records(tmp_path) if r["type"] == "answered"}
    _, contacts = resume(camscan, tmp_path)
    sent = [(row["query"], row["address"]) for row in contacts if row["transport"] == "udp"]
    assert len(set(sent)) == len(sent)
    sweeps = Counter(query for query, _ in sent)
    for query in ("wsd probe NetworkVideoTransmitter", "dhip search uni 1", "sadp inquiry"):
        assert sweeps[query] == 254
        assert sweeps[f"{query} (not certain)"] <= 150
    later = after(contacts, moment)
    assert len([row for row in later if row["query"] == "sadp inquiry"]) == 254 - 150
    assert answered, "some had answered before, and got nothing twice either"


@pytest.mark.root
def test_resume_after_a_kill_does_not_repeat_inquiries_of_a_link(
    namespaces, wire, start, camscan, tmp_path
):
    near, far = namespaces.add("near"), namespaces.add("far")
    namespaces.wire(near, "up0", "10.77.0.1", far, "10.77.0.2")
    wire.settled(near)
    there = ("ip", "netns", "exec", near)
    ports = ",".join(str(port) for port in range(8000, 8060))
    running = start(
        "scan", "10.77.0.0/24", "--ports", ports, "--db", f"{tmp_path}/db/db", prefix=there
    )
    for name in ("wsd-multicast", "sadp", "dhip", "xm", "mdns", "jvc", "ssdp", "tvt"):
        running.until(f'"name":"{name}","status":"done"')
    # `ip netns exec` becomes the program itself, so this is camscan's own end.
    running.child.kill()
    assert running.finish().code == -signal.SIGKILL
    ended = {r["method"]["name"] for r in records(tmp_path) if r["type"] == "method"}
    repeated = {"255.255.255.255", "10.77.0.255"}
    with wire.capture(near) as seen:
        resumed = camscan(
            "scan", "--resume", "latest", "--db", f"{tmp_path}/db/db", "-o", "json:-", prefix=there
        )
    assert resumed.code == 0, resumed.err
    run = json.loads(resumed.out)
    assert run["run"]["status"] == "complete"
    assert {m["name"] for m in run["coverage"]["methods"]} >= ended
    udp = [p for p in seen.left if p.kind == "udp"]
    ports_of_ended = {3702, 37020, 37810, 34569, 5353, 80, 1900, 23456}
    assert [p for p in udp if p.dport in ports_of_ended] == []
    if ended >= {kind.name for kind in LINK_INQUIRIES}:
        assert [p for p in udp if p.target in repeated] == []


def test_resuming_a_complete_run_only_prints_it(office, camscan, tmp_path):
    db = ("--db", str(tmp_path / "db" / "db"))
    first = camscan("scan", "127.87.0.10-12", *PORTS, *db, "-o", "json:-")
    assert first.code == 0, first.err
    kept = sorted((tmp_path / "db" / "runs").iterdir())
    sizes = [path.stat().st_size for path in kept]
    again = camscan("scan", "--resume", "latest", *db, "-o", "json:-")
    assert again.code == 0, again.err
    assert again.out == first.out
    assert sorted((tmp_path / "db" / "runs").iterdir()) == kept
    assert [path.stat().st_size for path in kept] == sizes


def test_resume_takes_no_new_target(office, camscan, tmp_path):
    db = ("--db", str(tmp_path / "db" / "db"))
    done = camscan("scan", "--resume", "latest", *db)
    assert done.code == 1
    assert "no run yet" in done.err
