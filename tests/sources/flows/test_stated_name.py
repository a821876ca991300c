from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import Stated, StatedNames, stated_name


def stated(name="a.example"):
    return Stated("10.66.1.10", "36.110.1.1", "tcp", 443, name, "sni", 5.0)


def make(**limits):
    ledger = FlowLedger("log", Keep(), NameTable())
    return ledger, StatedNames(ledger, **limits)


def test_a_name_that_met_its_connection_is_not_told_again():
    ledger, names = make()
    names.state("C1", stated())
    names.state("C1", stated("second.example"))
    assert names.of("C1") == ("a.example", "sni")
    assert names.of("C2") == (None, None)
    names.finish()
    assert ledger.named_peers == {}


def test_a_name_whose_connection_never_came_names_its_peer():
    ledger, names = make()
    names.state("C1", stated())
    names.finish()
    ((names_of_peer),) = ledger.named_peers.values()
    assert list(names_of_peer) == [("a.example", "sni")]


def test_a_name_is_taken_once():
    _, names = make()
    names.state(7, stated())
    assert names.taken(7) == ("a.example", "sni")
    assert names.taken(7) == (None, None)


def test_memory_is_bounded_and_what_has_no_room_still_names_its_peer():
    ledger, names = make(most=1)
    for number in range(1, 4):
        names.state(number, stated(f"{number}.example"))
    assert names.beyond == 2
    ((peer),) = ledger.named_peers.values()
    assert {name for name, _ in peer} == {"2.example", "3.example"}


def test_what_is_a_name():
    assert stated_name("Cloud.Example.:8443") == "cloud.example"
    for none in (None, "", "-", "36.110.1.1", "36.110.1.1:80", "[2001:db8::1]:80", "2001:db8::1"):
        assert stated_name(none) is None
    assert stated_name("a b") is None


@given(st.text())
def test_fuzz_any_text(text):
    name = stated_name(text)
    assert name is None or (name and name == name.lower() and ":" not in name)
