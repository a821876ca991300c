"""Lines that dnsmasq 2.90 wrote for real questions; those of Pi-hole after its own test
(pi-hole/FTL test_suite.bats: "gravity blocked … is 0.0.0.0")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows import dnsmasq_log
from camscan.sources.flows.dnsmasq_log import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

CAMERA, OTHER = "10.66.1.10", "10.66.1.11"
PLAIN = """\
query[A] www.example.com from 10.66.1.10
config www.example.com is <CNAME>
config cloud.example.com is 203.0.113.7
query[AAAA] cloud.example.com from 10.66.1.10
config cloud.example.com is 2001:db8::7
query[A] blocked.example from 10.66.1.10
config blocked.example is 0.0.0.0
query[A] nx.example from 10.66.1.10
config nx.example is NXDOMAIN
query[A] a.fwd.example from 10.66.1.10
forwarded a.fwd.example to 10.66.0.54
reply a.fwd.example is 203.0.113.9
query[A] a.fwd.example from 10.66.1.10
cached a.fwd.example is 203.0.113.9
query[A] c.fwd.example from 10.66.1.10
forwarded c.fwd.example to 10.66.0.54
reply c.fwd.example is <CNAME>
reply a.fwd.example is NODATA-IPv4
query[PTR] 7.113.0.203.in-addr.arpa from 10.66.1.10
config 203.0.113.7 is cloud.example.com
query[HTTPS] cloud.example.com from 10.66.1.10
config error is REFUSED (EDE: not ready)"""


def log(text, extra=False):
    """The lines with their header; the number and the asker of log-queries=extra before each."""
    serial, lines = 0, []
    for line in text.splitlines():
        serial += line.startswith("query")
        before = f"{serial} 10.66.1.10/42715 " if extra else ""
        lines.append(f"Nov 27 18:01:08 dnsmasq[10882]: {before}{line}")
    return lines


@pytest.mark.parametrize("extra", [False, True])
def test_questions_and_their_answers(told, extra):
    record = told(*log(PLAIN, extra))
    assert record.answers == {
        (CAMERA, "www.example.com"): ("203.0.113.7",),
        (CAMERA, "cloud.example.com"): ("2001:db8::7",),
        (CAMERA, "blocked.example"): (),
        (CAMERA, "nx.example"): (),
        (CAMERA, "a.fwd.example"): ("203.0.113.9",),
        (CAMERA, "c.fwd.example"): (),
        (CAMERA, "7.113.0.203.in-addr.arpa"): (),
    }
    asked = {flow.name: (flow.count, flow.blocked) for flow in record.flows}
    assert asked["a.fwd.example"] == (2, False)
    assert asked["blocked.example"] == (1, True)
    assert asked["nx.example"] == (1, False)
    assert record.sources[0].count == 22
    assert record.sources[0].bad == 0


@pytest.mark.parametrize(
    "said",
    [
        "gravity blocked ads.example is 0.0.0.0",
        "gravity blocked ads.example is ::",
        "exactly denied ads.example is NXDOMAIN",
        "regex blacklisted ads.example is 0.0.0.0",
        "blocked upstream with NULL address ads.example is 0.0.0.0",
    ],
)
def test_pi_hole_blocks(told, said):
    (flow,) = told(*log(f"query[A] ads.example from {CAMERA}\n{said}")).flows
    assert (flow.name, flow.blocked, flow.peer, flow.packets_in) == ("ads.example", True, None, 0)


def test_a_name_that_is_answered_at_another_time_is_not_blocked(told):
    text = f"query[A] a.example from {CAMERA}\ngravity blocked a.example is 0.0.0.0\n"
    (flow,) = told(
        *log(f"{text}query[A] a.example from {CAMERA}\nreply a.example is 9.9.9.9")
    ).flows
    assert (flow.count, flow.blocked) == (2, False)


def test_an_answer_is_for_all_who_wait_and_a_block_for_the_last(told):
    text = f"query[A] a.example from {CAMERA}\nquery[A] a.example from {OTHER}\n"
    record = told(*log(f"{text}reply a.example is 9.9.9.9"))
    assert set(record.answers) == {(CAMERA, "a.example"), (OTHER, "a.example")}
    assert all(answer == ("9.9.9.9",) for answer in record.answers.values())
    record = told(*log(f"{text}gravity blocked a.example is 0.0.0.0"))
    assert [(flow.source, flow.blocked) for flow in record.flows] == [
        (CAMERA, False),
        (OTHER, True),
    ]


def test_the_lines_of_another_answer_end_those_of_an_alias(told):
    record = told(
        *log(
            f"query[A] one.example from {CAMERA}\nquery[A] two.example from {OTHER}\n"
            "reply one.example is <CNAME>\nreply cdn.example is 9.9.9.1\nreply cdn.example is "
            "9.9.9.2\n"
            "reply two.example is 9.9.9.3"
        )
    )
    assert record.answers == {
        (CAMERA, "one.example"): ("9.9.9.1", "9.9.9.2"),
        (OTHER, "two.example"): ("9.9.9.3",),
    }


def test_answers_long_after_are_nobodys(told):
    late = "Nov 27 18:01:38 dnsmasq[10882]: reply a.example is 9.9.9.9"
    assert told(*log(f"query[A] a.example from {CAMERA}"), late).answers == {
        (CAMERA, "a.example"): ()
    }


def test_it_names_the_flows_of_the_other_lines_of_the_file(told):
    drop = (
        "Nov 27 18:01:09 gw kernel: DROP IN=br0 OUT=eth8 SRC=10.66.1.10 DST=203.0.113.9 LEN=60 "
        "TTL=63 "
        "ID=1 PROTO=TCP SPT=40000 DPT=443 WINDOW=1 RES=0x00 SYN URGP=0"
    )
    flows = told(*log(PLAIN), drop).flows
    (flow,) = [flow for flow in flows if flow.peer is not None]
    assert (flow.name, flow.name_source, flow.blocked) == ("a.fwd.example", "dns", True)


def test_other_lines_of_dnsmasq(told):
    record = told(
        *log(f"query[A] a.example from {CAMERA}\nstarted, version 2.90 cachesize 150"),
        "Nov 27 18:01:08 dnsmasq-dhcp[1]: DHCPACK(br0) 10.66.1.10 c4:2f:90:00:00:01 camera is here",
    )
    assert record.sources[0].count == 1
    assert record.skips[0].reason == "2 of 3 lines are of no kind that is read"


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(dnsmasq_log, "_NAMES", 3)
    monkeypatch.setattr(dnsmasq_log, "_CLIENTS", 2)
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for number in range(20):
        (line,) = log(f"query[A] n{number // 5}.example from 10.0.0.{number}")
        read.line(1, line, LogClock(1.8e9))
        assert len(read._asking) <= 3
        assert all(len(clients) <= 2 for clients in read._asking.values())


def test_only_wanted_clients(told):
    keep = Keep(addresses=frozenset([packed_address(OTHER)]))
    assert told(*log(PLAIN), keep=keep).answers == {}


WORDS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "query[A]",
                "from",
                "is",
                "reply",
                "cached",
                "<CNAME>",
                "10.0.0.1",
                "a.example",
                "::",
                "gravity blocked",
                "1 10.0.0.1/5",
                "forwarded",
                "config",
            ]
        ),
    ),
    max_size=9,
)


@given(st.lists(WORDS, max_size=12))
def test_fuzz_lines(rows):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    clock = LogClock(1.8e9)
    for words in rows:
        for line in log(" ".join(words)) or ["dnsmasq: "]:
            is_mine(line)
            read.line(1, line, clock)
    read.finish()
