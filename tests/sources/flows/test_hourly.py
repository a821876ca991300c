from camscan.model.flow import Origin
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.total import Outcome

KIND = Kind(
    "10.66.1.10", "36.110.1.1", "tcp", 443, Origin.SYN, Outcome.ANSWERED, "a.example", "sni"
)


def book():
    return FlowLedger("log", Keep(), NameTable())


def told(add):
    """The flows of connections added one by one, and of the same added up by hour."""
    one, summed = book(), book()
    sums = HourlySums(summed)
    for first, last, *counts in add:
        packets_out, packets_in, bytes_out, bytes_in = counts
        one.flow(
            "10.66.1.10", "36.110.1.1", "tcp", 443, first=first, last=last, origin=Origin.SYN,
            outcome=Outcome.ANSWERED, name="a.example", name_source="sni",
            packets_out=packets_out, packets_in=packets_in, bytes_out=bytes_out, bytes_in=bytes_in,
        )  # fmt: skip
        sums.add(KIND, first, last, *counts)
    sums.flush()
    assert one.kept == summed.kept
    return list(one.totals.flows("x")), list(summed.totals.flows("x"))


def test_sums_are_what_single_connections_are():
    one, summed = told(
        [(10.0, 11.0, 1, 2, 3, 4), (3700.0, 3900.0, 5, 6, 7, 8), (20.0, 4000.0, 1, 1, 1, 1)]
    )
    assert one == summed
    assert [slot.count for slot in summed[0].slots] == [2, 1]
    assert summed[0].starts == (10.0, 20.0, 3700.0)


def test_unknown_stays_unknown():
    one, summed = told([(10.0, 11.0, 1, None, 3, None), (12.0, 12.0, 1, 2, 3, 4)])
    assert one == summed
    assert (summed[0].packets_out, summed[0].packets_in, summed[0].bytes_in) == (2, None, None)


def test_a_full_table_goes_to_the_ledger_and_nothing_is_lost():
    ledger = book()
    sums = HourlySums(ledger, most=2)
    for number in range(10):
        sums.add(KIND._replace(port=number % 5), 10.0, 10.0, 1, 1, 1, 1)
    sums.flush()
    assert sum(flow.count for flow in ledger.totals.flows("")) == 10
