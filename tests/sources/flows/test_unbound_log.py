"""Lines that Unbound 1.17.1 wrote for real questions; OPNsense's after elastic/integrations."""

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.unbound_log import is_mine, parser

OWN = """\
[1795802468] unbound[10884:0] info: 10.66.1.10 c.fwd.example. A IN
[1795802468] unbound[10884:0] info: fwd.example. static 10.66.1.10@33892 c.fwd.example. A IN
[1795802468] unbound[10884:0] info: 10.66.1.10 c.fwd.example. A IN NOERROR 0.000000 1 47
[1795802468] unbound[10884:0] info: 10.66.1.10 bad.example. A IN
[1795802468] unbound[10884:0] info: bad.example. always_null 10.66.1.10@42239 bad.example. A IN
[1795802468] unbound[10884:0] info: 10.66.1.10 bad.example. A IN NOERROR 0.000000 1 45
"""
TAGGED = """\
Nov 27 18:01:08 unbound[10887:0] query: 10.66.1.10 bad.example. A IN
Nov 27 18:01:08 unbound[10887:0] reply: 10.66.1.10 bad.example. A IN NOERROR 0.000000 1 45
"""
OWN, TAGGED = OWN.splitlines(), TAGGED.splitlines()
OPNSENSE = (
    "<30>Nov 26 22:06:33 firewall.opnsense.net unbound[75499]: [26931:0] info: 192.168.1.1 "
    "api.opensubtitles.org. A IN"
)


def asked(record):
    return {(flow.source, flow.name): (flow.count, flow.blocked) for flow in record.flows}


def test_questions_and_local_actions(told):
    record = told(*OWN)
    assert asked(record) == {
        ("10.66.1.10", "c.fwd.example"): (1, False),
        ("10.66.1.10", "bad.example"): (1, True),
    }
    assert record.flows[0].first == 1795802468.0
    assert (record.sources[0].kind, record.sources[0].count) == ("unbound", 6)
    assert record.skips == ()


def test_tagged_lines_and_syslog(told):
    assert asked(told(*TAGGED, OPNSENSE)) == {
        ("10.66.1.10", "bad.example"): (1, False),
        ("192.168.1.1", "api.opensubtitles.org"): (1, False),
    }


def test_replies_stand_for_questions_that_are_not_logged(told):
    assert asked(told(OWN[2], OWN[5])) == {
        ("10.66.1.10", "c.fwd.example"): (1, False),
        ("10.66.1.10", "bad.example"): (1, False),
    }


def test_other_lines_are_not_read():
    for text in (
        "[1795802466] unbound[10884:0] notice: init module 0: subnetcache",
        "[1795802466] unbound[10884:0] info: start of service (unbound 1.17.1).",
        "[1795802468] unbound[10884:0] info: server stats for thread 0: 7 queries, 7 answers from "
        "cache",
    ):
        assert not is_mine(text)


@given(st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["10.0.0.1", "IN", "::1@5"]))))
def test_fuzz_lines(words):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for tag in ("unbound[1:0] info: ", "unbound: [1:0] info: ", "unbound[1] reply: ", ""):
        line = tag + " ".join(words)
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
