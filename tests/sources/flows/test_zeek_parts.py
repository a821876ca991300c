import random

import pytest

from camscan.sources import own_process
from camscan.sources.flows import zeek_parts
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import Stated, StatedNames
from camscan.sources.flows.total import packed_address
from camscan.sources.flows.zeek_conn import COLUMNS, ZeekConnections
from camscan.sources.flows.zeek_header import ZeekHeader
from camscan.sources.flows.zeek_logs import ZeekLogs
from camscan.sources.flows.zeek_parts import ZeekParts

CAMERA = "10.66.1.10"
KEEP = Keep(addresses=frozenset([packed_address(CAMERA)]))
HEAD = b"#path\tconn\n#fields\t" + "\t".join(COLUMNS).encode() + b"\n"
SSL = b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tserver_name\n"


def row(number, chance):
    who = CAMERA if number % 3 else "10.66.1.99"
    proto, port = chance.choice([("tcp", 443), ("udp", 53), ("udp", 5000), ("icmp", 0)])
    state, size = chance.choice([("SF", 40 + number), ("S0", "-"), ("OTH", 90)])
    texts = [
        1793000000 + number * 7.5, f"C{number}", who, 32768 + number, f"36.110.1.{number % 5}",
        port, proto, "-" if state == "S0" else 2.5, state, "ShADadFf", 3, 4, size, 900,
    ]  # fmt: skip
    return "\t".join(map(str, [*texts, "-", "-", "-"])).encode() + b"\n"


def log(count):
    chance = random.Random(7)
    return [row(number, chance) for number in range(count)]


def reading(path, *, most, keep=KEEP, names=(), opened=False):
    ledger = FlowLedger("zeek", keep, NameTable(), unit="lines")
    stated = StatedNames(ledger)
    for uid in names:
        stated.state(uid, Stated(CAMERA, "36.110.1.1", "tcp", 443, f"{uid}.example", "sni", 1.0))
    connections = ZeekConnections(ledger, stated)
    logs = ZeekLogs(ledger, stated, connections)
    if opened:
        logs.take(HEAD.replace(b"conn", b"open_conn", 1) + row(4, random.Random(1)), 1)
        logs.end_file()
    header = ZeekHeader()
    for line in HEAD.splitlines():
        header.learn(line)
    parts = ZeekParts(ledger, stated, connections, logs, most=most, large=0, part=4000)
    parts.read([(str(path), header)])
    connections.finish()
    stated.finish()
    return (
        list(ledger.totals.flows("zeek")), ledger.sources, ledger.skips, ledger.named_peers,
        ledger.kept, connections.unknown,
    )  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    """How many parts other processes told, and how many were read here."""
    counts = {"told": 0, "here": 0}
    for name, method in (("told", "_tell"), ("here", "_read_here")):
        original = getattr(ZeekParts, method)

        def counted(self, *arguments, name=name, original=original):
            counts[name] += 1
            return original(self, *arguments)

        monkeypatch.setattr(ZeekParts, method, counted)
    return counts


@pytest.mark.parametrize("keep", [KEEP, Keep()])
def test_processes_find_what_one_finds(tmp_path, told, keep):
    lines = log(600)
    lines[300] = b"torn\tline\n"
    lines[400] = lines[400].replace(b"\t3\t", b"\tmany\t")
    (tmp_path / "conn.log").write_bytes(HEAD + b"".join(lines))
    names = ["C1", "C301", "C599", "C9999"]
    alone = reading(tmp_path / "conn.log", most=1, keep=keep, names=names)
    here = told["here"]
    assert told["told"] == 0
    assert here > 8
    assert reading(tmp_path / "conn.log", most=2, keep=keep, names=names) == alone
    assert told == {"told": here, "here": here}
    flows, (source,), skips, named, *_ = alone
    assert source.count == 600
    assert {flow.name for flow in flows} >= {None, "C1.example", "C301.example"}
    assert len(named) == 1  # the name of a connection that never came
    assert [skip.reason.split(":")[0] for skip in skips][:2] == ["line 303", "line 403"]


def test_a_header_in_the_middle_counts_from_there_on(tmp_path, told):
    lines = log(300)
    ssl = b"1793000000.0\tC250\t10.66.1.10\t33018\t36.110.1.0\t443\tTLSv13\tlate.example\n"
    turned = HEAD.replace(b"orig_pkts\tresp_pkts", b"resp_pkts\torig_pkts")
    (tmp_path / "conn.log").write_bytes(
        HEAD + b"".join(lines[:100]) + SSL + ssl + turned + b"".join(lines[100:])
    )
    alone = reading(tmp_path / "conn.log", most=1)
    assert reading(tmp_path / "conn.log", most=3) == alone
    assert told["told"] >= 1  # those before it
    assert any(flow.name == "late.example" for flow in alone[0]) or alone[3]


def test_connections_that_go_on_are_for_one_process(tmp_path, told):
    (tmp_path / "conn.log").write_bytes(HEAD + b"".join(log(100)))
    reading(tmp_path / "conn.log", most=2, opened=True)
    assert told["told"] == 0


def test_processes_that_end_at_once_are_no_loss(tmp_path, told, monkeypatch):
    (tmp_path / "conn.log").write_bytes(HEAD + b"".join(log(200)))
    alone = reading(tmp_path / "conn.log", most=1)
    monkeypatch.setattr(own_process, "_CODE", "raise SystemExit(1)")
    assert reading(tmp_path / "conn.log", most=2) == alone
    assert told["told"] == 0


def test_no_process_to_be_had(tmp_path, told, monkeypatch):
    (tmp_path / "conn.log").write_bytes(HEAD + b"".join(log(200)))
    alone = reading(tmp_path / "conn.log", most=1)

    def refuse(*_arguments):
        raise BlockingIOError

    monkeypatch.setattr(zeek_parts, "PartReaders", refuse)
    assert reading(tmp_path / "conn.log", most=2) == alone
    assert told["told"] == 0
