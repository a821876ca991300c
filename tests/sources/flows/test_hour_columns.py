import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import SLOT, Origin
from camscan.sources.flows import hour_columns, hourly, total
from camscan.sources.flows.hour_columns import UNKNOWN, HourColumns
from camscan.sources.flows.hourly import HourlySums, Kind
from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.total import Outcome

KINDS = [
    Kind("10.66.1.10", "36.110.1.1", "tcp", port, Origin.SYN, Outcome.ANSWERED, "a.example", "sni")
    for port in (80, 443, 8443)
]
COUNT = st.one_of(st.none(), st.integers(0, 9), st.integers(1 << 60, (1 << 63) - 1))
CONNECTION = st.tuples(
    st.sampled_from(KINDS), st.integers(0, 9000), st.integers(0, 9000), COUNT, COUNT, COUNT, COUNT
)


def told(connections, most):
    """The flows of connections added one by one, and of the same in columns of three."""
    single, columned = (FlowLedger("log", Keep(), NameTable()) for _ in range(2))
    sums = HourlySums(single)
    columns = HourColumns(lambda found: found.tell(columned), most=most)
    for start in range(0, len(connections), 3):
        batch = connections[start : start + 3]
        numbers = []
        for kind, first, lasted, *counts in batch:
            sums.add(kind, float(first), float(first + lasted), *counts)
            key = (kind, first // SLOT)
            number = columns.known.get(key)
            numbers.append(columns.open(key, kind) if number is None else number)
        columns.add(
            numbers,
            np.array([float(each[1]) for each in batch]),
            np.array([float(each[1] + each[2]) for each in batch]),
            [
                np.array([UNKNOWN if each[n] is None else each[n] for each in batch], np.int64)
                for n in range(3, 7)
            ],
        )
    sums.flush()
    columns.flush()
    assert single.kept == columned.kept == len(connections)
    return list(single.totals.flows("x")), list(columned.totals.flows("x"))


@given(st.lists(CONNECTION, max_size=40))
def test_columns_are_what_single_connections_are(connections):
    single, columned = told(connections, 1000)
    assert single == columned


@given(st.lists(CONNECTION, max_size=40), st.integers(1, 20))
def test_columns_that_are_added_up_on_the_way_are_the_same(connections, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hour_columns, "_STARTS", 4)
        patch.setattr(total, "_STARTS", 4)
        patch.setattr(hourly, "_STARTS", 4)
        patch.setattr(hour_columns, "_HELD", 99)
        single, columned = told(connections, most)
    assert single == columned


@given(st.lists(CONNECTION, max_size=40))
@pytest.mark.parametrize("limit", ["_HELD", "_KINDS"])
def test_nothing_is_lost_when_they_are_full(limit, connections):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hour_columns, limit, 3)
        single, columned = told(connections, 5)
    assert {(flow.port, flow.count, flow.bytes_out) for flow in single} == {
        (flow.port, flow.count, flow.bytes_out) for flow in columned
    }


def test_as_many_starts_as_a_flow_keeps():
    connections = [(KINDS[0], n, 0, 1, 1, n, 1) for n in range(600)]
    single, columned = told(connections, 1000)
    assert len(columned[0].starts) == len(columned[0].sizes) == 512
    assert single == columned
