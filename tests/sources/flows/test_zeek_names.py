from camscan.sources.flows.ledger import FlowLedger, Keep
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.zeek_names import take_dns, take_name

CAMERA, SERVER = "10.66.1.10", "36.110.1.1"


def test_questions_and_answers():
    ledger = FlowLedger("zeek", Keep(), NameTable())
    take_dns(ledger, 10.0, CAMERA, 53, "Cloud.Example", 1, ["cdn.example", SERVER], 0.5)
    take_dns(ledger, 11.0, CAMERA, 53, "gone.example", 28, [], 0.0)
    take_dns(ledger, 12.0, CAMERA, 5353, "camera.local", 1, [], 0.0)
    take_dns(ledger, 12.0, CAMERA, 53, None, None, [], 0.0)
    asked = {question.name: list(question.addresses) for question in ledger.names.questions()}
    assert asked == {"cloud.example": [SERVER], "gone.example": []}


def test_datagram_tls_is_udp():
    ledger = FlowLedger("zeek", Keep(), NameTable())
    names = StatedNames(ledger)
    take_name(names, "ssl", 1.0, "C1", CAMERA, SERVER, 443, "DTLSv12", "a.example")
    take_name(names, "http", 1.0, "C2", CAMERA, SERVER, 80, None, "10.0.0.1")
    names.finish()
    ((key),) = ledger.named_peers
    assert key[2:] == (17, 443)


def test_the_host_that_a_proxy_is_asked_for():
    names = StatedNames(FlowLedger("zeek", Keep(), NameTable()))
    for uid, method in (("C1", "CONNECT"), ("C2", "GET"), ("C3", None)):
        take_name(names, "http", 1.0, uid, CAMERA, SERVER, 80, "1.1", "far.example:443", method)
    assert [names.of(uid) for uid in ("C1", "C2", "C3")] == [
        ("far.example", "http-connect"), ("far.example", "http-host"), ("far.example", "http-host")
    ]  # fmt: skip
