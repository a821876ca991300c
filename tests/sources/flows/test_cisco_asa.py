"""Messages as Cisco's "Secure Firewall ASA Series Syslog Messages" forms them; sample lines of
elastic/integrations packages/cisco_asa (test-sample.log, test-asa-fix.log), shortened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin
from camscan.sources.flows import cisco_asa
from camscan.sources.flows.cisco_asa import is_mine, parser
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.syslog_line import LogClock

OUTBOUND = (
    "Apr 29 2013 12:59:50: %ASA-6-302013: Built outbound TCP connection 89743277 for "
    "outside:192.0.2.17/80 (192.0.2.17/80) to inside:192.168.3.42/4954 (10.0.0.130/10879)"
)
INBOUND = (
    "Jan 13 2021 19:12:37: %ASA-6-302013: Built inbound TCP connection 27215708 for "
    "internet:10.2.3.4/49926 (81.2.69.144/49926)(LOCAL\\username) to vlan-42:81.2.69.144/80 "
    "(81.2.69.144/80) (username)"
)
UDP = (
    "Apr 29 2013 12:59:50: %ASA-6-302015: Built outbound UDP connection 89743275 for "
    "outside:192.0.2.222/53 (192.0.2.43/53) to outside:10.123.1.35/52925 (10.123.1.35/25882)"
)
UDP_END = (
    "Apr 29 2013 13:00:50: %ASA-6-302016: Teardown UDP connection 89743275 for "
    "outside:192.0.2.222/53 "
    "to inside:10.123.1.35/52925 duration 0:01:00 bytes 140"
)


def teardown(size=14804, reason="TCP FINs", number=89743277, duration="0:00:30"):
    return (
        f"Apr 29 2013 13:00:20: %ASA-6-302014: Teardown TCP connection {number} for "
        f"outside:192.0.2.17/80 to inside:192.168.3.42/4954 duration {duration} bytes {size} "
        f"{reason}"
    )


def test_outbound_and_inbound_name_the_client_at_other_places(told):
    (out,) = told(OUTBOUND).flows
    assert (out.source, out.source_port, out.peer, out.port) == (
        "192.168.3.42", 4954, "192.0.2.17", 80
    )  # fmt: skip
    (into,) = told(INBOUND).flows
    assert (into.source, into.peer, into.port) == ("10.2.3.4", "81.2.69.144", 80)
    assert out.origin is into.origin is Origin.RECORDED


def test_a_connection_is_joined_with_its_end(told):
    record = told(OUTBOUND, teardown())
    (flow,) = record.flows
    assert (flow.count, flow.last - flow.first) == (1, 30)
    assert (flow.bytes_out, flow.bytes_in, flow.packets_in) == (None, None, None)
    assert not flow.refused
    assert (record.sources[0].kind, record.sources[0].count) == ("cisco-asa", 2)


@pytest.mark.parametrize(
    ("reason", "refused", "silent"),
    [
        ("SYN Timeout", False, True),
        ("TCP Reset-O", True, False),
        ("TCP Reset-I", False, False),
        ("Connection timeout", False, False),
    ],
)
def test_nothing_went_over_it(told, reason, refused, silent):
    (flow,) = told(OUTBOUND, teardown(0, reason)).flows
    assert flow.refused is refused
    assert (flow.packets_in == 0) is silent


def test_an_end_without_a_beginning_is_told_by_its_ports(told):
    (flow,) = told(teardown(number=1)).flows
    assert (flow.source, flow.port, flow.origin) == ("192.168.3.42", 80, Origin.PORTS)
    assert flow.last - flow.first == 30


def test_udp_is_not_called_answered(told):
    record = told(UDP, UDP_END)
    (flow,) = record.flows
    assert (flow.protocol, flow.source, flow.port) == ("udp", "10.123.1.35", 53)
    assert (flow.packets_in, flow.first, flow.last - flow.first) == (None, 1367240390.0, 60)


def test_numbers_of_two_firewalls_are_two_connections(told):
    one = OUTBOUND.replace("12:59:50:", "12:59:50 fw-one :")
    end = teardown().replace("13:00:20:", "13:00:20 fw-two :")
    flows = told(one, end).flows
    assert sum(flow.count for flow in flows) == 2


@pytest.mark.parametrize(
    ("message", "flow"),
    [
        (
            '%ASA-4-106023: Deny tcp src dmz:10.1.2.30/63016 dst outside:192.0.2.8/53 by '
            'access-group "a"',
            ("10.1.2.30", "192.0.2.8", "tcp", 53, True, 1),
        ),
        (
            "%ASA-4-106023: Deny icmp src Inside:10.1.2.30 dst Outside:192.0.2.8 (type 8, code 0) "
            "by x",
            ("10.1.2.30", "192.0.2.8", "icmp", None, True, 1),
        ),
        (
            "%ASA-4-106023: Deny udp src Inside:10.1.2.30/57621(LOCAL\\Elastic) dst "
            "Outside:192.0.2.8/57621 by",
            ("10.1.2.30", "192.0.2.8", "udp", 57621, True, 1),
        ),
        (
            "%ASA-6-106100: access-list inside denied udp inside/172.29.2.101(1039) -> "
            "outside/192.0.2.10(53) hit-cnt 1 first hit [0xd820e56a, 0x0]",
            ("172.29.2.101", "192.0.2.10", "udp", 53, True, 1),
        ),
        (
            "%ASA-6-106100: access-list inside denied udp inside/172.29.2.3(1065) -> "
            "outside/192.0.2.57(53) hit-cnt 144 300-second interval [0xe982c7a4, 0x0]",
            ("172.29.2.3", "192.0.2.57", "udp", 53, True, 144),
        ),
        (
            "%ASA-2-106001: Inbound TCP connection denied from 192.0.2.9/4000 to 10.1.2.42/23 "
            "flags SYN  "
            "on interface outside",
            ("192.0.2.9", "10.1.2.42", "tcp", 23, True, 1),
        ),
        (
            "%ASA-2-106006: Deny inbound UDP from 192.168.2.66/137 to 10.1.2.42/137 on interface "
            "inside",
            ("192.168.2.66", "10.1.2.42", "udp", 137, True, 1),
        ),
        (
            "%ASA-6-106015: Deny TCP (no connection) from 192.0.2.222/443 to 192.168.1.34/56790 "
            "flags RST  "
            "on interface outside",
            ("192.168.1.34", "192.0.2.222", "tcp", 443, False, 1),
        ),
        (
            "%FTD-6-302020: Built outbound ICMP connection for faddr 192.0.2.29/0 gaddr "
            "198.51.100.1/0 "
            "laddr 192.168.132.46/0 type 8 code 0",
            ("192.168.132.46", "192.0.2.29", "icmp", None, False, 1),
        ),
    ],
)  # fmt: skip
def test_what_was_denied(told, message, flow):
    record = told(f"Apr 15 2013 09:36:50: {message}")
    (found,) = record.flows
    assert (
        found.source, found.peer, found.protocol, found.port, found.blocked, found.count
    ) == flow  # fmt: skip
    assert (found.packets_in == 0) is flow[4]


def test_what_a_list_permits_is_not_counted_beside_the_connection(told):
    permitted = (
        "Apr 29 2013 12:59:50: %ASA-6-106100: access-list x permitted tcp "
        "inside/192.168.3.42(4954) -> "
        "outside/192.0.2.17(80) hit-cnt 1 first hit [0x0, 0x0]"
    )
    assert told(permitted).flows[0].count == 1
    (flow,) = told(permitted, OUTBOUND, teardown()).flows
    assert flow.count == 1


def test_names_in_place_of_addresses_and_other_messages(told):
    named = OUTBOUND.replace("192.168.3.42/4954", "OCSP_Server/5678")
    other = "Nov 16 2009 14:12:35: %ASA-5-304001: 10.30.30.30 Accessed URL 192.168.2.1:/app"
    record = told(named, other, "Nov 16 2009 14:12:35: %ASA-6-302013: Built what")
    assert record.flows == ()
    assert (record.sources[0].count, record.sources[0].bad) == (3, 2)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(cisco_asa, "_ROOM", 3)
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for number in range(10):
        read.line(1, OUTBOUND.replace("89743277", str(number)), LogClock(1.8e9))
        assert len(read._open) <= 3
    read.finish()
    assert book.kept == 10


SAMPLES = (OUTBOUND, INBOUND, UDP, UDP_END, teardown())


@given(st.sampled_from(SAMPLES), st.text(), st.integers(0, 250), st.integers(0, 250))
def test_fuzz_lines(sample, text, start, end):
    book = FlowLedger("x", Keep(), NameTable())
    read = parser(book)
    for line in (text, sample[:start] + text + sample[end:], f"%ASA-6-106100: {text}", sample):
        is_mine(line)
        read.line(1, line, LogClock(1.8e9))
    read.finish()
    list(book.totals.flows("x"))
