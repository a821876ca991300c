from hypothesis import given
from hypothesis import strategies as st

from camscan.model.flow import Origin, Slot
from camscan.sources.flows.ledger import FlowLedger, Keep, packed_mac_of
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.total import Outcome, packed_address

CAMERA, SERVER, OTHER = "10.66.1.10", "36.110.1.1", "10.66.1.99"


def ledger(*wanted):
    keep = Keep(addresses=frozenset(map(packed_address, wanted))) if wanted else Keep()
    return FlowLedger("log", keep, NameTable(), unit="lines")


def test_only_wanted_devices_are_kept():
    book = ledger(CAMERA)
    assert book.flow(CAMERA, SERVER, "tcp", 443, first=1.0)
    assert book.flow(SERVER, CAMERA, "tcp", 80, first=1.0)
    assert not book.flow(OTHER, SERVER, "tcp", 443, first=1.0)
    assert not book.question(OTHER, "a.example", 1.0)
    assert not book.named(OTHER, SERVER, "tcp", 443, "a.example", "sni", 1.0)
    assert book.kept == 2


def test_what_a_source_cannot_know_stays_unknown():
    book = ledger()
    book.flow(CAMERA, SERVER, "TCP", 443, first=3600.5, bytes_out=10, packets_out=1)
    book.flow(CAMERA, SERVER, "6", 443, first=7300.0, bytes_out=5)
    (flow,) = book.totals.flows("log")
    assert (flow.bytes_out, flow.packets_out, flow.bytes_in) == (15, None, None)
    assert flow.slots == (Slot(3600, 1, 1, None, 10, None), Slot(7200, 1, None, None, 5, None))
    assert (flow.starts, flow.sizes) == ((3600.5, 7300.0), (10, 5))
    assert flow.origin is Origin.RECORDED


def test_outcomes_stay_apart():
    book = ledger()
    book.flow(CAMERA, SERVER, "tcp", 443, first=1.0, outcome=Outcome.BLOCKED, packets_in=0)
    book.flow(CAMERA, SERVER, "tcp", 443, first=2.0, outcome=Outcome.ANSWERED)
    assert [(flow.blocked, flow.count) for flow in book.totals.flows("")] == [(True, 1), (False, 1)]


def test_a_withheld_answer_has_no_addresses():
    book = ledger()
    book.question(CAMERA, "ads.example", 1.0)
    book.answer(CAMERA, "ads.example", ["10.66.0.80"], 1.0, blocked=True)
    (asked,) = book.names.questions()
    assert (asked.blocked, asked.count, list(asked.addresses)) == (True, 1, [])


def test_a_file_is_counted_and_its_bad_lines_are_said():
    book = ledger()
    book.open("a.log")
    book.saw(30, 5.0, 9.0)
    for number in range(25):
        book.bad(f"line {number}", "is no line")
    book.close(lost=3)
    (source,) = book.sources
    assert (source.path, source.kind, source.unit) == ("a.log", "log", "lines")
    assert (source.count, source.first, source.last) == (30, 5.0, 9.0)
    assert (source.bad, source.lost, source.complete) == (25, 3, False)
    reasons = [skip.reason for skip in book.skips]
    assert reasons[0] == "line 0: is no line"
    assert len(reasons) == 22
    assert "5 more problems" in reasons[20]
    assert "3 lines were lost" in reasons[21]


def test_macs_in_every_writing():
    for text in ("c4:2f:90:00:00:01", "C4-2F-90-00-00-01", "c42f.9000.0001"):
        assert packed_mac_of(text) == bytes.fromhex("c42f90000001")
    assert (
        packed_mac_of("c4:2f") is packed_mac_of("zz:zz:zz:zz:zz:zz") is packed_mac_of(None) is None
    )


@given(st.text(), st.text(), st.text(), st.floats(0, 1e12), st.text())
def test_fuzz_nothing_that_a_log_says_raises(source, peer, protocol, at, name):
    book = ledger()
    book.flow(source, peer, protocol, 1, first=at)
    book.flow(CAMERA, SERVER, protocol, 1, first=at, mac=peer, name=name or None)
    book.question(source, name, at)
    book.answer(CAMERA, name, [source, peer], at)
    book.named(source, peer, protocol, None, name, "sni", at)
    list(book.totals.flows("x"))
