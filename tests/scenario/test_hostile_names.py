"""Names that a network chooses drive no terminal, no spreadsheet and no reader of JSON Lines."""

from __future__ import annotations

import csv
import datetime
import io
import json
import struct
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camscan.cli import cli
from camscan.inventory.store import encode_run
from camscan.lab.day.exchange import Exchange, Purpose
from camscan.lab.day.inventory import inventory
from camscan.lab.day.pcap import write_pcap
from camscan.lab.estates import small
from camscan.lab.frames import End
from camscan.model.run import Run

DATE = datetime.date(2026, 11, 24)
AT = 1795500000.0
CAMERA = "10.66.0.10"
PEERS = (
    "122.224.183.42",
    "95.213.200.10",
    "101.132.45.7",
    "119.3.80.21",
    "39.104.9.17",
    "8.211.36.5",
)
LABEL = "a" * 62
NAMES = (
    "\x1b]0;owned\x07\x1b[31mred.example",
    "=cmd|' /C calc'!a1.example",
    "[bold]<script>alert(1)</script>.example",
    "@sum(1).\u202egnp.example",
    f"{LABEL}.{LABEL}.{LABEL}.{LABEL[:60]}.a",
    "b\u00fccher-\u9b5a-\x9b31m\u2028x.example",
)


@pytest.fixture
def known(tmp_path: Path) -> Path:
    run: Run = inventory(small(), "10.66", DATE)
    path = tmp_path / "inventory.json"
    path.write_bytes(encode_run(run))
    return path


def question(name: str, address: str) -> tuple[bytes, bytes]:
    """A DNS question and its answer with the raw octets of a name that need not be one."""
    raw = b"".join(
        bytes([len(label)]) + label for label in (part.encode()[:63] for part in name.split("."))
    )
    raw += b"\0"
    ask = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + raw + b"\0\x01\0\x01"
    record = b"\xc0\x0c\0\x01\0\x01" + struct.pack("!IH", 300, 4)
    record += bytes(int(part) for part in address.split("."))
    return ask, struct.pack("!HHHHHH", 7, 0x8180, 1, 1, 0, 0) + ask[12:] + record


def capture(path: Path) -> Path:
    device = next(d for d in small().devices if d.address("10.66") == CAMERA)
    client = End(device.mac, CAMERA)
    exchanges = []
    for number, (name, peer) in enumerate(zip(NAMES, PEERS, strict=True)):
        router = "00:1d:aa:66:00:01"
        ask, reply = question(name, peer)
        common = {"purpose": Purpose.CHINA, "client": client}
        exchanges.append(
            Exchange(
                at=AT + number, server=End(router, "10.66.0.5"), ends=(40_000 + number, 53),
                protocol="udp", ask=ask, reply=reply, **common,
            )
        )  # fmt: skip
        exchanges.append(
            Exchange(
                at=AT + number + 0.1, server=End(router, peer), ends=(41_000 + number, 443),
                protocol="tcp", ask=b"x" * 50, sent=2_000, **common,
            )
        )  # fmt: skip
    write_pcap(path, exchanges)
    return path


def zeek(path: Path) -> Path:
    """As Zeek's JSON tells it, which passes on what was said."""
    lines = []
    for number, (name, peer) in enumerate(zip(NAMES, PEERS, strict=True)):
        begin = {"ts": AT + number, "uid": f"C{number}", "id.orig_h": CAMERA}
        question = {"id.orig_p": 40_000, "id.resp_h": "10.66.0.5", "id.resp_p": 53, "proto": "udp"}
        asked = {"query": name, "qtype": 1, "answers": [peer], "rtt": 0.01, "trans_id": 7}
        lines.append({**begin, **question, **asked})
        connection = {"id.orig_p": 41_000 + number, "id.resp_h": peer, "id.resp_p": 443}
        counted = {
            "proto": "tcp", "duration": 1.0, "conn_state": "SF", "history": "ShADadFf",
            "orig_pkts": 5, "orig_ip_bytes": 2_300, "resp_pkts": 4, "resp_ip_bytes": 300,
        }  # fmt: skip
        lines.append(
            {**begin, "ts": AT + number + 0.1, "uid": f"D{number}", **connection, **counted}
        )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def said(source: Path, known: Path, form: str) -> str:
    words = ["egress", str(source), "--run", str(known), "--format", form, "--quiet"]
    folder = source.parent / "camscan.db"
    result: Result = CliRunner().invoke(cli, [*words, "--db", str(folder)], standalone_mode=False)
    assert result.exception is None, result.output
    return result.stdout


def odd(text: str, allowed: str = "\n") -> set[str]:
    """Characters that do something where one only wants to read."""
    return {
        char
        for char in text
        if char not in allowed
        and unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    }


def syslog(path: Path) -> Path:
    """A firewall's and a resolver's lines in one file; the second prints names as it likes."""
    lines = []
    for number, (name, peer) in enumerate(zip(NAMES, PEERS, strict=True)):
        head = "Nov 24 06:00:0{} {}[7]: "
        who = f"{number} {CAMERA}/40000"
        asked = f"query[A] {name} from {CAMERA}"
        lines.append(head.format(number, "dnsmasq") + f"{who} {asked}")
        lines.append(head.format(number, "dnsmasq") + f"{who} reply {name} is {peer}")
        passed = "94,,,1,igb1,match,pass,in,4,0x0,,64,7,0,DF,6,tcp,48"
        passed += f",{CAMERA},{peer},41000,443,0,S,1,,64240,,mss"
        lines.append(head.format(number, "filterlog") + passed)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(params=[capture, zeek, syslog])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path: Path = request.param(tmp_path / "source")
    return path


def test_the_table_shows_no_control_characters(source: Path, known: Path) -> None:
    text = said(source, known, "table")
    assert "unexpected" in text
    assert odd(text) == set()


def test_csv_has_no_formula_and_no_control_characters(source: Path, known: Path) -> None:
    text = said(source, known, "csv")
    assert odd(text, "\r\n") == set()
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_json_lines_are_one_conversation_a_line(source: Path, known: Path) -> None:
    text = said(source, known, "jsonl")
    assert odd(text) == set()
    found = [json.loads(line) for line in text.split("\n") if line]
    assert {one["peer"] for one in found} >= set(PEERS)
    names = {one["name"] for one in found if one["peer"] in PEERS}
    assert all(name is None or len(name) <= 300 for name in names)


def test_what_stands_in_the_findings_is_one_line_each(source: Path, known: Path) -> None:
    run = json.loads(said(source, known, "json"))
    assert len(run["findings"]) >= len(PEERS)
    for finding in run["findings"]:
        for field in ("title", "detail", "advice"):
            assert "\n" not in finding[field]
