from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.conntrack_line import parse_line

LISTED = (
    "ipv4     2 tcp      6 431999 ESTABLISHED src=10.66.1.10 dst=36.110.1.1 sport=40000 dport=443 "
    "packets=1555 bytes=403810 src=36.110.1.1 dst=203.0.113.9 sport=443 dport=40000 packets=2098 "
    "bytes=284515 [ASSURED] mark=0 zone=0 use=2"
)


def test_a_line_of_the_list():
    found = parse_line(LISTED)
    assert (found.protocol, found.state, found.at, found.event) == ("6", "ESTABLISHED", None, None)
    assert (found.original.source, found.original.port) == ("10.66.1.10", 443)
    assert (found.original.bytes, found.reply.bytes) == (403810, 284515)
    assert found.reply.destination == "203.0.113.9"
    assert (found.replied, found.assured) == (True, True)


def test_events():
    found = parse_line(
        "[1711468800.123456]\t    [NEW] tcp      6 120 SYN_SENT src=10.66.1.10 dst=36.110.1.1 "
        "sport=1 dport=2 [UNREPLIED] src=36.110.1.1 dst=10.66.1.10 sport=2 dport=1"
    )
    assert (found.at, found.event, found.state, found.replied) == (1711468800.123456, "NEW", "SYN_SENT", False)  # fmt: skip  # noqa: E501
    found = parse_line(
        "[1711468900.5]\t[DESTROY] udp      17 src=10.66.1.10 dst=8.8.8.8 sport=5 dport=53 "
        "packets=2 bytes=120 src=8.8.8.8 dst=10.66.1.10 sport=53 dport=5 packets=2 "
        "bytes=200 delta-time=31"
    )
    assert (found.event, found.state, found.lasted, found.reply.bytes) == ("DESTROY", None, 31, 200)


def test_icmp_and_lines_of_others():
    found = parse_line(
        "icmp     1 29 src=10.66.1.10 dst=1.1.1.1 type=8 code=0 id=1 src=1.1.1.1 dst=10.66.1.10 "
        "type=0 code=0 id=1 mark=0 use=1"
    )
    assert (found.original.icmp_type, found.state) == (8, None)
    for text in (
        "",
        "conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.",
        "a 6 b=c",
    ):
        assert parse_line(text) is None
    assert parse_line(LISTED.replace("dport=443", "dport=70000")) is None


@given(st.text(max_size=200), st.text(max_size=20))
def test_fuzz_any_text(text, value):
    parse_line(text)
    parse_line("tcp 6 " + text)
    parse_line(LISTED.replace("443", value))
    parse_line(LISTED.replace("403810", value))
