import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.cef import parse_cef
from camscan.sources.flows.event_log import EventLog, time_of
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.leef import parse_leef
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

KEEP = Keep(
    addresses=frozenset([packed_address("10.66.1.10")]), macs=frozenset([b"\xc4\x2f\x90\0\0\1"])
)


@pytest.mark.parametrize(
    ("text", "begin", "at"),
    [
        ("CEF:0|a|b|c|d|e|3|x=1 rt=1795720235500 end=1", 0, 1795720235.5),
        ("LEEF:1.0|a|b|c|d|x=1\tdevTime=1795720235\tb=2", 0, 1795720235.0),
        ("CEF:0|a|b|c|d|e|3|rt=Nov 26 2026 19:10:35 x=1", 0, 1795720235.0),
        ("LEEF:2.0|a|b|c|d|^|devTime=2026-11-26T19:10:35.500000Z^x=1", 0, 1795720235.5),
        (
            "Nov 26 10:00:00 fw LEEF:1.0|a|b|c|d|x=1|devTime=Nov 26 2026 19:10:35 GMT|b=2",
            19,
            1795720235,
        ),
        ("Nov 26 19:10:35 fw CEF:0|a|b|c|d|e|3|rt=Nov 26 2026 18:00:00", 19, 1795720235.0),
    ],
)
def test_times(text, begin, at):
    assert time_of(text, LogClock(1_795_802_500.0), begin) == at


def test_whom_nobody_wants():
    events = EventLog(FlowLedger("x", KEEP, NameTable(), unit="lines"))
    assert events.are_others("CEF:0|a|b|c|d|e|3|src=10.66.1.99 spt=5 dst=36.110.1.1")
    for text in (
        "CEF:0|a|b|c|d|e|3|src=10.66.1.10 dst=36.110.1.1",
        "LEEF:1.0|a|b|c|d|dst=10.66.1.10\tsrc=36.110.1.1",
        "CEF:0|a|b|c|d|e|3|src=10.66.1.99 dst=36.110.1.1 smac=c4:2f:90:00:00:01",
        "CEF:0|a|b|c|d|e|3|src=camera dst=36.110.1.1",
        "CEF:0|Check Point|b|c|d|e|3|loguid={0x5}",
    ):
        assert not events.are_others(text)


def test_each_maker_has_its_reader():
    ledger = FlowLedger("x", Keep(), NameTable(), unit="lines")
    events = EventLog(ledger)
    ends = "src=10.66.1.10 spt=4000 dst=36.110.1.1 dpt=443 proto=6"
    for product, more in (
        ("Fortinet|Fortigate|v7|00013|x", "cat=traffic:forward externalId=1 out=5 in=6"),
        ("Palo Alto Networks|LF|2.0|TRAFFIC|end", "act=allow out=5 in=6"),
        ("Check Point|x|y|Log|https", "act=Accept client_inbound_bytes=5 client_outbound_bytes=6"),
        ("Maker|Product|1|7|allowed", "in=5 out=6"),
    ):
        events.take(1, 1.8e9, parse_cef(f"CEF:0|{product}|3|{ends} {more}"))
    events.take(1, 1.8e9, parse_cef("CEF:0|Palo Alto Networks|LF|2.0|SYSTEM|x|3|"))
    events.finish()
    flows = list(ledger.totals.flows("x"))
    assert sum(flow.count for flow in flows) == 4
    sizes = {(slot.bytes_out, slot.bytes_in) for flow in flows for slot in flow.slots}
    assert sizes == {(15, 18), (None, None)}


@given(st.text())
def test_fuzz_any_text(text):
    events = EventLog(FlowLedger("x", KEEP, NameTable(), unit="lines"))
    for vendor in ("Fortinet|Fortigate", "Check Point|x", "Palo Alto Networks|PAN-OS", "a|b"):
        ends = "src=10.66.1.10 dst=1.1.1.1 proto=6"
        cef = f"CEF:0|{vendor}|1|TRAFFIC|end|3|{ends} rt={text} act={text}"
        leef = f"LEEF:1.0|{vendor}|1|end|cat=traffic\tsrc=10.66.1.10\tdst={text}\tproto=6\t{text}"
        for line, event in ((cef, parse_cef(cef)), (leef, parse_leef(leef))):
            events.are_others(line)
            at = time_of(line, LogClock(1.8e9), 0)
            if event is not None:
                events.take(1, at, event)
    events.finish()
