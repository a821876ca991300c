"""Lines that BIND 9.18.49 wrote for real questions."""

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.bind_log import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock

QUERY = (
    "27-Nov-2026 18:01:08.715 queries: info: client @0x7f23bd8a2098 10.66.1.10#53137 "
    "(www.example.com): query: www.example.com IN A + (10.66.0.56)"
)
ISO = (
    "2026-11-27T18:01:08.735Z client @0x7f23ba153098 10.66.1.10#54320 (WWW.example.com): query: "
    "WWW.example.com IN AAAA + (10.66.0.56)"
)
POLICY = (
    "27-Nov-2026 18:07:15.515 client @0x7f9d53750098 10.66.1.10#60448 (bad.example): rpz QNAME "
    "NXDOMAIN "
    "rewrite bad.example/A/IN via bad.example.rpz"
)
BAD = QUERY.replace("www.example.com", "bad.example")


def test_questions(told):
    record = told(QUERY, ISO, written=1795802469.0)
    (flow,) = record.flows
    assert (flow.source, flow.name, flow.count) == ("10.66.1.10", "www.example.com", 2)
    assert (flow.first, flow.last) == (1795802468.715, 1795802468.735)
    assert (record.sources[0].kind, record.sources[0].count) == ("bind", 2)


def test_syslog_views_and_older_versions(told):
    old = (
        "Nov 27 18:01:08 ns named[77]: client 2001:db8::5#4711 (a.example): view in: query: "
        "a.example IN A +"
    )
    (flow,) = told(old).flows
    assert (flow.source, flow.name) == ("2001:db8::5", "a.example")


def test_a_policy_that_withholds_and_one_that_lets_pass(told):
    (flow,) = told(BAD, POLICY).flows
    assert (flow.name, flow.count, flow.blocked) == ("bad.example", 1, True)
    (flow,) = told(BAD, POLICY.replace("NXDOMAIN", "PASSTHRU")).flows
    assert not flow.blocked


@given(st.text(), st.integers(0, 150), st.integers(0, 150))
def test_fuzz_lines(text, start, end):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for line in (text, QUERY[:start] + text + QUERY[end:], POLICY[:start] + text + POLICY[end:]):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
