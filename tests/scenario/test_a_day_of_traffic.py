"""A day of a district with 212 cameras, told by every kind of source: all tell the same.

What differs by nature: NetFlow and a firewall's log hold no names, so the resolver's log lies
beside them; the firewall's log holds no sizes, so the upload is found there by its destination
alone, and it sees nothing that stays in one subnet. A capture and Zeek's logs hold names.
"""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from camscan.cli import cli
from camscan.egress.reason import Code, codes_of, text_of
from camscan.findings.registry import EGRESS_RULES
from camscan.inventory.store import decode_run
from camscan.lab.day.exchange import Purpose
from camscan.lab.day.folder import DayFolder, write_day
from camscan.lab.day.story import DEPOT, RELAYS, UPLOADED, VIEWER, VMS
from camscan.lab.estates import district
from camscan.model.conversation import Conversation, Verdict
from camscan.model.finding import Finding
from camscan.model.run import Run

pytestmark = [pytest.mark.slow(40), pytest.mark.peer, pytest.mark.timeout(300)]

DATE = datetime.date(2026, 11, 24)
ALONE = ("pcap", "zeek", "netflow", "filterlog")
EVERY = (*ALONE, "together")
SIZED = ("pcap", "zeek", "netflow", "together")

Read = Callable[[str], Run]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DayFolder:
    return write_day(tmp_path_factory.mktemp("day"), district(), "10.66", DATE)


def egress(made: DayFolder, out: Path, *sources: Path | None) -> Run:
    """The run that the command writes."""
    words = [str(source) for source in sources]
    with_them = ["--run", str(made.inventory), "--config", str(made.config), "--quiet"]
    kept = ["--db", str(out / "camscan.db"), "-o", f"json:{out / 'run.json'}"]
    done = CliRunner().invoke(cli, ["egress", *words, *with_them, *kept], standalone_mode=False)
    assert done.exception is None, done.output
    return decode_run((out / "run.json").read_bytes(), "run.json")


@pytest.fixture(scope="module")
def read(made: DayFolder, tmp_path_factory: pytest.TempPathFactory) -> Read:
    sources: dict[str, tuple[Path | None, ...]] = {
        "pcap": (made.pcap,),
        "zeek": (made.zeek,),
        "netflow": (made.netflow, made.dnsmasq),
        "netflow without names": (made.netflow,),
        "filterlog": (made.filterlog, made.dnsmasq),
        "together": (made.pcap, made.zeek, made.netflow, made.filterlog, made.dnsmasq),
    }
    runs: dict[str, Run] = {}

    def run_of(name: str) -> Run:
        if made.netflow in sources[name] and not (made.netflow and shutil.which("nfdump")):
            pytest.skip("nfdump is not installed")
        if name not in runs:
            runs[name] = egress(made, tmp_path_factory.mktemp("out"), *sources[name])
        return runs[name]

    return run_of


def destination(one: Conversation) -> str:
    return one.name or one.peer or ""


def unexpected(run: Run) -> dict[tuple[str, str], Conversation]:
    found = [one for one in run.conversations if one.verdict is Verdict.UNEXPECTED]
    by_key = {(one.address, destination(one)): one for one in found}
    assert len(by_key) == len(found)
    return by_key


def upload_of(run: Run) -> Conversation:
    (one,) = [one for one in run.conversations if one.name == DEPOT.name]
    return one


def events(run: Run) -> list[Finding]:
    return [finding for finding in run.findings if finding.rule == "fleet-egress"]


@pytest.mark.parametrize("source", EVERY)
def test_exactly_what_was_planted_is_unexpected(made: DayFolder, read: Read, source: str) -> None:
    assert set(unexpected(read(source))) == set(made.day.planted)
    assert len(made.day.planted) == 3 + 1 + 40 * 4


@pytest.mark.parametrize("source", EVERY)
def test_everything_else_has_the_verdict_that_it_should(read: Read, source: str) -> None:
    rest = [one for one in read(source).conversations if one.verdict is not Verdict.UNEXPECTED]
    by_verdict: dict[Verdict, set[str]] = {}
    for one in rest:
        by_verdict.setdefault(one.verdict, set()).add(destination(one))
    assert by_verdict.pop(Verdict.ALLOWED) == {VMS.name}
    assert by_verdict.pop(Verdict.UNKNOWN) == {VIEWER}  # began it itself
    assert by_verdict.pop(Verdict.INFRASTRUCTURE) == {"10.66.0.5"}
    assert len(by_verdict.pop(Verdict.VENDOR_CLOUD)) >= 7
    assert all(peer.startswith("10.66.") for peer in by_verdict.pop(Verdict.INTERNAL))
    assert by_verdict == {}


@pytest.mark.parametrize("source", [name for name in EVERY if name != "pcap"])
def test_every_conversation_has_the_same_verdict_as_in_the_capture(read: Read, source: str) -> None:
    def verdicts(run: Run) -> dict[str, tuple[object, ...]]:
        return {
            one.id: (one.address, destination(one), one.port, one.direction, one.verdict)
            for one in run.conversations
        }

    ours, whole = verdicts(read(source)), verdicts(read("pcap"))
    if source == "filterlog":
        unseen = [whole[name] for name in whole.keys() - ours.keys()]
        assert unseen
        for address, peer, *_ in unseen:  # of one subnet: no firewall is between them
            assert str(address).rpartition(".")[0] == str(peer).rpartition(".")[0]
    else:
        assert ours.keys() == whole.keys()
    assert ours.items() <= whole.items()


@pytest.mark.parametrize("source", EVERY)
def test_the_forty_are_one_event_and_the_three_another(
    made: DayFolder, read: Read, source: str
) -> None:
    run = read(source)
    three, forty = sorted(events(run), key=lambda event: len(event.evidence))
    assert forty.title.startswith(
        "40 Hikvision devices were seen to begin to contact 6 destinations"
    )
    assert three.title.startswith(
        "3 Hikvision devices were seen to begin to contact 122.224.183.42"
    )
    assert three.severity == forty.severity == "high"
    by_id = {one.id: one for one in run.conversations}
    for event, purpose in ((three, Purpose.CHINA), (forty, Purpose.P2P)):
        members = {by_id[name].address for name in event.evidence}
        assert members == made.day.clients(purpose)
        sentences = {text_of(by_id[name].reasons, Code.FLEET_START) for name in event.evidence}
        assert len(sentences) == 1
    assert "the first at 2026-11-24 02:13:0" in three.detail
    assert "the first at 2026-11-24 11:20:0" in forty.detail
    assert all(relay in forty.detail for relay in RELAYS)


@pytest.mark.parametrize("source", [name for name in EVERY if name != "pcap"])
def test_findings_have_the_same_ids_and_severities(read: Read, source: str) -> None:
    def known(run: Run) -> dict[str, tuple[str, str, str | None, frozenset[str]]]:
        return {
            finding.id: (
                finding.rule, finding.severity, finding.device, frozenset(finding.evidence)
            )
            for finding in run.findings
        }  # fmt: skip

    assert known(read(source)) == known(read("pcap"))
    about_traffic = {rule.id for rule in EGRESS_RULES}
    assert {f.rule for f in read(source).findings} & about_traffic == {
        "fleet-egress",
        "unexpected-egress",
    }


@pytest.mark.parametrize("source", SIZED)
def test_the_upload_is_counted_once(read: Read, source: str) -> None:
    upload = upload_of(read(source))
    assert upload.bytes_out == pytest.approx(UPLOADED, rel=0.02)
    assert upload.count == 1
    assert Code.UPLOAD in codes_of(upload.reasons)


def test_the_firewall_s_log_finds_the_upload_without_its_size(read: Read) -> None:
    upload = upload_of(read("filterlog"))
    assert (upload.bytes_out, upload.bytes_in) == (None, None)
    assert Code.UPLOAD not in codes_of(upload.reasons)
    assert upload.verdict is Verdict.UNEXPECTED


def test_nothing_that_four_sources_saw_is_counted_twice(read: Read) -> None:
    whole = {one.id: one for one in read("pcap").conversations}
    for one in read("together").conversations:
        mine = whole[one.id]
        for field in ("packets_out", "packets_in", "bytes_out", "bytes_in"):
            assert getattr(one, field) == getattr(mine, field), (one.address, one.peer, field)
        assert {Code.SEEN_ALSO} <= codes_of(one.reasons) or one.verdict is not Verdict.UNEXPECTED


def test_capture_zeek_and_netflow_give_the_same_counts_and_reasons(read: Read) -> None:
    def reasons(source: str) -> dict[str, tuple[int, frozenset[Code]]]:
        return {one.id: (one.count, codes_of(one.reasons)) for one in read(source).conversations}

    assert reasons("netflow") == reasons("zeek")
    assert reasons("pcap") == reasons("zeek")
    called = [one for one in unexpected(read("pcap")).values() if one.name is None]
    assert len(called) == 3 + 160
    assert all(Code.BEACON in codes_of(one.reasons) for one in called)


@pytest.mark.parametrize("source", EVERY)
def test_the_relay_that_is_blocked_got_no_answer(read: Read, source: str) -> None:
    tries = [one for one in unexpected(read(source)).values() if one.peer == RELAYS[-1]]
    assert len(tries) > 20
    blocked = source in ("filterlog", "together")
    code = Code.BLOCKED if blocked else Code.UNANSWERED
    assert all(code in codes_of(one.reasons) for one in tries)
    assert {one.packets_in for one in tries} == {0}


@pytest.mark.parametrize("source", EVERY)
def test_names_come_from_what_each_source_knows(read: Read, source: str) -> None:
    upload = upload_of(read(source))
    expected = "sni" if source in ("pcap", "zeek", "together") else "dns"
    assert upload.name_source == expected


@pytest.mark.parametrize("source", EVERY)
def test_what_pcs_do_is_dropped_at_reading(made: DayFolder, read: Read, source: str) -> None:
    run = read(source)
    text = (DEPOT.name, VMS.name)
    browsing = made.day.clients(Purpose.BROWSING)
    assert len(browsing) > 60
    for one in run.conversations:
        assert one.address not in browsing
        assert one.peer not in browsing
        assert "baidu" not in destination(one)
    assert {destination(one) for one in run.conversations} > set(text)
    kept = next(method.reason for method in run.coverage.methods if method.name == "egress")
    assert "the rest dropped" in (kept or "")


@pytest.mark.parametrize("source", EVERY)
def test_the_run_is_complete_and_names_its_sources(read: Read, source: str) -> None:
    run = read(source)
    assert run.run.status == "complete"
    expected = {
        "pcap": {"pcap"},
        "zeek": {"zeek"},
        "netflow": {"nfdump", "dnsmasq"},
        "filterlog": {"filterlog", "dnsmasq"},
    }
    expected["together"] = set().union(*expected.values())
    kinds = {method.name.partition(":")[0] for method in run.coverage.methods}
    assert kinds - {"egress", "geo"} == expected[source]


def test_without_a_resolver_s_log_netflow_has_no_names_and_calls_more_unexpected(
    made: DayFolder, read: Read
) -> None:
    run = read("netflow without names")
    assert not any(one.name for one in run.conversations)
    peers = {(one.client.address, one.server.address) for one in made.day.exchanges
             if one.purpose in (Purpose.CHINA, Purpose.P2P, Purpose.UPLOAD)}  # fmt: skip
    found = set(unexpected(run))
    assert peers < found
    assert {peer for _, peer in found} >= {VMS.address}  # the rule that allows it is for a name


@pytest.mark.skipif(
    not (shutil.which("softflowd") and shutil.which("nfcapd")),
    reason="softflowd or nfcapd is not installed",
)
def test_a_router_s_export_tells_the_same(
    made: DayFolder, read: Read, exported: Path, tmp_path: Path
) -> None:
    run = egress(made, tmp_path, exported, made.dnsmasq)
    assert set(unexpected(run)) == set(made.day.planted)
    assert {event.id for event in events(run)} == {event.id for event in events(read("pcap"))}
    assert upload_of(run).bytes_out == pytest.approx(UPLOADED, rel=0.02)


@pytest.fixture
def exported(made: DayFolder, tmp_path: Path) -> Path:
    """The capture through softflowd, which exports NetFlow v5, and nfcapd, which collects it.

    v5 has the seconds of the epoch in its header; softflowd's v9 and IPFIX tell the times of an
    old capture by an uptime that has wrapped.
    """
    folder = tmp_path / "exported"
    folder.mkdir()
    port = 20_000 + os.getpid() % 20_000
    listen = ["nfcapd", "-b", "127.0.0.1", "-p", str(port), "-B", "8000000", "-t", "86400"]
    collector = subprocess.Popen(
        [*listen, "-w", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: waiting(port) == 0)
        exporter = ["softflowd", "-r", str(made.pcap), "-n", f"127.0.0.1:{port}", "-v", "5"]
        limits = ["-m", "200000", "-t", "maxlife=300"]
        subprocess.run([*exporter, *limits], check=True, capture_output=True)
        wait_for(lambda: waiting(port) == 0)
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.wait(timeout=60)
    return folder


def waiting(port: int) -> int | None:
    """Bytes that the collector has not taken yet; None while it does not listen."""
    for row in Path("/proc/net/udp").read_text().splitlines()[1:]:
        words = row.split()
        if words[1].endswith(f":{port:04X}"):
            return int(words[4].partition(":")[2], 16)
    return None


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
