import pytest

from camscan.model.flow import Origin
from camscan.sources.flows.connection import HOOK_NONE, Connection
from camscan.sources.flows.packet_counter import Half
from camscan.sources.flows.total import (
    FlowTotals,
    Outcome,
    address_text,
    protocol_name,
    protocol_number,
)

A, B = b"\x0a\0\0\1", b"\x24\x6e\1\1"


def connection(first=1.0, *, out=2, back=0, name=None, port=443, origin=Origin.SYN, refused=False):
    made = Connection(A, B, 6, 40_000, port, origin, first)
    made.name, made.name_source = name, "sni" if name else None
    made.refused = refused
    made.out = Half(made, HOOK_NONE)
    made.out.packets, made.out.bytes, made.out.last = out, out * 40, first + 1
    if back:
        made.back = Half(made, HOOK_NONE)
        made.back.packets, made.back.bytes, made.back.last = back, back * 100, first + 2
    return made


@pytest.mark.parametrize(
    ("text", "number"),
    [("TCP", 6), ("17", 17), ("ip-132", 132), ("256", None), ("\u00b2", None), ("", None),
     ("1" * 5000, None)],
)  # fmt: skip
def test_names_and_numbers_of_protocols(text, number):
    assert protocol_number(text) == number


def test_connections_of_a_kind_add_up():
    totals = FlowTotals()
    totals.add(connection(5.0, back=1))
    totals.add(connection(1.0, back=3, origin=Origin.PORTS))
    (flow,) = totals.flows("pcap")
    assert (flow.source, flow.peer, flow.port, flow.protocol) == (
        "10.0.0.1",
        "36.110.1.1",
        443,
        "tcp",
    )
    assert (flow.first, flow.last, flow.count) == (1.0, 7.0, 2)
    assert (flow.packets_out, flow.bytes_out, flow.packets_in, flow.bytes_in) == (4, 160, 4, 400)
    assert flow.origin is Origin.SYN
    assert flow.recorded_by == "pcap"


def test_outcomes_and_names_stay_apart():
    totals = FlowTotals()
    for made in (
        connection(back=1),
        connection(),
        connection(),
        connection(back=1, refused=True),
        connection(back=1, name="a.example"),
    ):
        totals.add(made)
    found = {(flow.name, flow.refused, flow.packets_in): flow.count for flow in totals.flows("")}
    assert found == {
        (None, False, 1): 1,
        (None, False, 0): 2,
        (None, True, 1): 1,
        ("a.example", False, 1): 1,
    }


def test_a_continued_connection_is_not_counted_again():
    totals = FlowTotals()
    totals.add(connection(back=1, name="a.example"))
    again = connection(9.0, back=1, name="a.example")
    again.continued = True
    totals.add(again)
    (flow,) = totals.flows("")
    assert (flow.count, flow.packets_out) == (1, 4)
    assert totals.name_of((A, B, 6, 443)) == ("a.example", "sni")
    assert totals.name_of((A, B, 6, 80)) is None


def test_the_limit_is_kept_and_what_is_beyond_is_counted():
    totals = FlowTotals(limit=2)
    for port in range(5):
        totals.add(connection(port=port))
    totals.add(connection(port=0))
    assert len(list(totals.flows(""))) == 2
    assert totals.beyond == 3


@pytest.mark.parametrize("size", [1 << 63, 10**30, -1])
def test_a_size_that_nothing_has_tells_no_rhythm(size):
    totals = FlowTotals()
    for place, each in enumerate((60, size)):
        totals.record(
            (A, B, 6, 443), (None, None), Outcome.ANSWERED, origin=Origin.RECORDED,
            first=float(place), last=9.0, counts=(1, 1, 1, each, 1),
        )  # fmt: skip
    (flow,) = totals.flows("")
    assert (flow.starts, flow.sizes, flow.bytes_out) == ((0.0, 1.0), (), 60 + size)


def test_texts():
    assert address_text(b"\x20\x01\x0d\xb8" + b"\0" * 11 + b"\1") == "2001:db8::1"
    assert [protocol_name(number) for number in (1, 6, 17, 58, 200)] == [
        "icmp", "tcp", "udp", "icmpv6", "ip-200",
    ]  # fmt: skip
    with pytest.raises(ValueError):
        address_text(b"\1")
