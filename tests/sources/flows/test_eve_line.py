import json

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.eve_line import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from tests.sources.flows.conversations import TRAFFIC, conversations, octets
from tests.sources.flows.whole import read_flows

EVE = TRAFFIC / "suricata-7.0.10-eve.json"
HEADER = "<142>Nov 28 00:27:01 sensor suricata[812]: "


def test_behind_a_header_the_same_is_read(told):
    record = told(*(HEADER + line for line in EVE.read_text().splitlines()))
    whole = read_flows([str(EVE)])
    assert conversations(record) == conversations(whole)
    assert octets(record) == octets(whole)
    assert record.answers == whole.answers
    (source,) = record.sources
    assert (source.kind, source.count, source.bad) == ("suricata", whole.count, 0)
    assert (source.first, source.last) == (whole.first, whole.last)  # not the header's time


def test_a_line_that_was_cut_is_counted(told):
    line = next(line for line in EVE.read_text().splitlines() if '"event_type":"flow"' in line)
    record = told(HEADER + line, HEADER + line[:300])
    assert len(record.flows) == 1
    assert (record.sources[0].count, record.sources[0].bad) == (2, 1)


def test_netflow_events_are_counted_only(told):
    event = {
        "timestamp": "2026-11-28T00:26:49.846772+0000", "flow_id": 1, "event_type": "netflow",
        "src_ip": "10.66.1.10", "src_port": 1, "dest_ip": "36.110.1.1", "dest_port": 2,
        "proto": "UDP", "netflow": {"pkts": 1, "bytes": 60},
    }  # fmt: skip
    record = told(HEADER + json.dumps(event, separators=(",", ":")))
    assert (record.flows, record.sources[0].count, record.sources[0].bad) == ((), 1, 0)


@given(st.text(), st.integers(0, 600))
def test_fuzz_lines(text, cut):
    book = FlowLedger("x", Keep(), NameTable(), unit="lines")
    read = parser(book)
    sample = HEADER + EVE.read_text().splitlines()[-1]
    for line in (text, sample[:cut] + text, sample[:cut] + text + sample[cut:], sample):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
