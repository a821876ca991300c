"""What a scanner's file gave is told once, in its order, with bad records by their number."""

from __future__ import annotations

from camscan.model.device import Port
from camscan.sources.answer import Answers
from camscan.sources.gathered import Gathered

_PORT = Port(port=80, transport="tcp", service=None, status="open")


def _answers(server: str) -> Answers:
    answers = Answers("192.0.2.1", "masscan", port=80)
    answers.add("http.server", server)
    return answers


def test_repeats_are_told_once_in_the_order_in_which_they_came() -> None:
    found = Gathered("x.json")
    for address in ("192.0.2.2", "192.0.2.1", "192.0.2.2"):
        found.target(address)
        found.port(address, _PORT)
    for server in ("Boa", "lighttpd", "Boa"):
        found.answers(_answers(server))
    told = found.recorded()
    assert told.targets == ("192.0.2.2", "192.0.2.1")
    assert told.ports == (("192.0.2.2", _PORT), ("192.0.2.1", _PORT))
    assert [item.value for item in told.evidence] == ["Boa", "lighttpd"]
    assert told.skips == ()


def test_no_port_is_no_port() -> None:
    found = Gathered("x.json")
    found.port("192.0.2.1", None)
    assert found.recorded().ports == ()


def test_what_is_no_object_is_a_skip_and_the_others_keep_their_numbers() -> None:
    found = Gathered("x.json")
    assert list(found.json_records(b'{"a": 1}\n{broken\n{"b": 2}\n')) == [
        (1, {"a": 1}),
        (3, {"b": 2}),
    ]
    found.skip("record 3", "no IP address")
    skips = found.recorded().skips
    assert [skip.subject for skip in skips] == ["x.json, line 2", "x.json, record 3"]
    assert [skip.reason for skip in skips][1] == "no IP address"
