import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.told_events import ToldEvents
from camscan.sources.flows.total import packed_address

EVENT = {"src": "10.66.1.10", "spt": "4000", "dst": "36.110.1.1", "dpt": "443", "proto": "TCP"}


def told(*events, keep=None):
    ledger = FlowLedger("x", keep or Keep(), NameTable(), unit="lines")
    reader = ToldEvents(ledger)
    for place, (name, fields) in enumerate(events):
        reader.take(place + 1, 1.8e9 + place, fields, name)
    reader.finish()
    return ledger, list(ledger.totals.flows("x"))


def test_events_of_one_connection_are_one_of_unknown_size():
    sizes = {"in": "9", "out": "8"}
    _, (flow,) = told(("opened", EVENT), ("closed", EVENT | sizes | {"smac": "c4:2f:90:00:00:01"}))
    assert (flow.source, flow.source_port, flow.peer, flow.port, flow.protocol) == (
        "10.66.1.10", 4000, "36.110.1.1", 443, "tcp"
    )  # fmt: skip
    assert (flow.count, flow.bytes_out, flow.packets_in, flow.blocked) == (1, None, None, False)


@pytest.mark.parametrize(
    ("name", "action", "blocked"),
    [
        ("Connection_Discarded", None, True),
        ("Connection_Allowed", "Allow", False),
        ("traffic", "dropped", True),
        ("traffic", "Deny", True),
        ("traffic", "denied", True),
        ("traffic", "Refuse", True),
        ("traffic", "blocked", True),
        ("x", "rejected", True),
        ("x", "Prevent", True),
        ("Blocked list updated", "detected", False),
        ("unblocker", None, False),
    ],
)
def test_what_was_stopped(name, action, blocked):
    _, (flow,) = told((name, EVENT | ({"act": action} if action else {})))
    assert (flow.blocked, flow.packets_in == 0) == (blocked, blocked)


def test_the_host_of_a_request():
    ledger, _ = told(("web", EVENT | {"request": "https://Cloud.example/x", "proto": "tcp/https"}))
    (names,) = ledger.named_peers.values()
    assert list(names) == [("cloud.example", "sni")]


def test_what_is_not_about_a_connection_and_what_is_bad():
    keep = Keep(addresses=frozenset([packed_address("10.66.1.10")]))
    ledger, flows = told(
        ("login", {"src": "10.66.1.10"}),
        ("x", EVENT | {"proto": "hopopt?"}),
        ("x", EVENT | {"src": "10.66.1.99"}),
        ("x", EVENT | {"src": "camera"}),
        keep=keep,
    )
    assert flows == []
    ledger.close()
    assert ledger.sources[0].bad == 1


@given(st.dictionaries(st.sampled_from([*EVENT, "act", "smac", "request"]), st.text()), st.text())
def test_fuzz_any_fields(fields, name):
    told((name, fields), (name, EVENT | fields))
