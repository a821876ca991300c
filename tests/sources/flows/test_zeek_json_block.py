"""Lines that nobody wants are counted as if they were decoded whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.total import packed_address
from camscan.sources.flows.zeek_conn import ZeekConnections
from camscan.sources.flows.zeek_json_block import ZeekJsonBlocks
from camscan.sources.flows.zeek_logs import ZeekLogs

CAMERA, OTHER, SERVER = "10.66.1.10", "10.66.1.99", "36.110.1.1"
MAC, OTHER_MAC = "c4:2f:90:00:00:01", "00:11:22:33:44:55"
BY_ADDRESS = Keep(addresses=frozenset([packed_address(CAMERA)]))
BY_BOTH = Keep(addresses=BY_ADDRESS.addresses, macs=frozenset([bytes.fromhex("c42f90000001")]))


def line(source=CAMERA, ts=1793000000.5, **fields):
    ends = {"id.orig_h": source, "id.orig_p": 4000, "id.resp_h": SERVER, "id.resp_p": 443}
    return json.dumps({"ts": ts, "uid": "C1"} | ends | fields, separators=(",", ":")).encode()


CONN = {"proto": "tcp", "conn_state": "SF", "duration": 2.5, "orig_pkts": 3, "orig_ip_bytes": 200}
LINES = [
    maker(source, **fields)
    for source in (CAMERA, OTHER, "camera")
    for maker, fields in (
        (line, CONN),
        (line, CONN | {"orig_l2_addr": MAC}),
        (line, CONN | {"orig_l2_addr": OTHER_MAC}),
        (line, CONN | {"ts": 1793000001500.0}),
        (line, CONN | {"ts": "2026-10-26T07:33:20.250000Z"}),
        (line, CONN | {"ts": "today"}),
        (line, CONN | {"ts": -1.0}),
        (line, {"proto": "udp", "query": "a.example", "qtype": 1, "answers": [SERVER]}),
        (line, {"server_name": "b.example", "version": "TLSv13"}),
        (line, {"_path": "weird", "name": "x"}),
    )
] + [b"", b"{", b"[]", b'{"ts":1}', b'{"ts":2,"id":{"orig_h":"10.66.1.10","resp_h":"8.8.8.8"}}']


def told(lines, keep, *, whole):
    ledger = FlowLedger("zeek", keep, NameTable(), unit="lines")
    names = StatedNames(ledger)
    connections = ZeekConnections(ledger, names)
    logs = ZeekLogs(ledger, names, connections)
    if whole:
        logs._blocks.chosen = lambda block: None
    ledger.open("x")
    logs.take(b"\n".join([line(), *lines]), 1)
    logs.end_file()
    connections.finish()
    names.finish()
    ledger.close()
    flows = sorted(map(repr, ledger.totals.flows("x")))
    return flows, ledger.named_peers, ledger.skips, ledger.sources


@given(st.lists(st.sampled_from(LINES), max_size=8), st.sampled_from([BY_ADDRESS, BY_BOTH]))
def test_fuzz_nothing_is_lost(lines, keep):
    assert told(lines, keep, whole=False) == told(lines, keep, whole=True)


@pytest.mark.parametrize(
    ("keep", "lines", "chosen"),
    [
        (BY_ADDRESS, [line(OTHER, **CONN), line(**CONN), line(OTHER)], [1]),
        (BY_ADDRESS, [line(OTHER, **CONN, orig_l2_addr=MAC)], []),
        (BY_BOTH, [line(OTHER, **CONN, orig_l2_addr=MAC), line(OTHER, **CONN)], [0]),
        (BY_BOTH, [line(OTHER, query="a.example"), line(OTHER, server_name="b.example")], [1]),
        (BY_ADDRESS, [line(OTHER, **CONN), b"{"], None),
        (Keep(), [line(OTHER, **CONN)], None),
    ],
)
def test_which_lines_are_read(keep, lines, chosen):
    ledger = FlowLedger("zeek", keep, NameTable(), unit="lines")
    assert ZeekJsonBlocks(ledger).chosen(b"\n".join(lines)) == chosen
    assert ledger.count == (0 if chosen is None else len(lines) - len(chosen))
