"""Zeek's JSON behind a header as zeekjs-udp-logging writes it (its README), and as rsyslog does."""

import json

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.zeek_line import is_mine, parser

ENDS = {
    "uid": "C1", "id.orig_h": "10.66.1.10", "id.orig_p": 34284, "id.resp_h": "36.110.1.1",
    "id.resp_p": 443,
}  # fmt: skip
SSL = {"ts": 1795720231.5} | ENDS | {"version": "TLSv13", "server_name": "cloud.example"}
CONN = {"ts": 1795720230.5} | ENDS | {
    "proto": "tcp", "duration": 1.5, "conn_state": "SF", "history": "ShADadFf", "orig_pkts": 4,
    "orig_ip_bytes": 660, "resp_pkts": 3, "resp_ip_bytes": 1020, "ip_proto": 6,
}  # fmt: skip


def line(record, log="conn"):
    text = json.dumps(record, separators=(",", ":"))
    return f'<85>1 2026-11-26T19:10:46.710Z sensor zeek 7 - [zeek_filename="{log}.log"] {text}'


def test_a_connection_and_its_name(told):
    record = told(line(SSL, "ssl"), line(CONN))
    (flow,) = record.flows
    assert (flow.source, flow.peer, flow.port, flow.name, flow.name_source) == (
        "10.66.1.10", "36.110.1.1", 443, "cloud.example", "sni"
    )  # fmt: skip
    assert (flow.bytes_out, flow.packets_in, flow.first, flow.last) == (
        660, 3, 1795720230.5, 1795720232.0
    )  # fmt: skip
    (source,) = record.sources
    assert (source.kind, source.count, source.bad) == ("zeek", 2, 0)
    assert source.first == 1795720230.5  # the record's own time


def test_other_headers_two_sensors_and_what_was_cut(told):
    plain = "Nov 26 19:10:46 other zeek_conn: " + json.dumps(CONN, separators=(",", ":"))
    record = told(line(CONN), plain, line(CONN)[:-9])
    assert [(source.kind, source.count, source.bad) for source in record.sources] == [
        ("zeek", 2, 1), ("zeek other", 1, 0)
    ]  # fmt: skip


@given(st.text(), st.integers(0, 400))
def test_fuzz_lines(text, cut):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    for sample in (line(CONN), line(SSL)):
        for each in (text, sample[:cut] + text, sample[:cut] + text + sample[cut:], sample):
            is_mine(each)
            read.line(1, each, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
