from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.source import Reading

CAMERA, SERVER, RESOLVER = "10.66.1.10", "36.110.1.1", "10.66.0.5"


def reading():
    made = Reading(Keep())
    return made, made.ledger("netflow"), made.ledger("dns")


def test_names_of_one_source_serve_another():
    read, flows, names = reading()
    flows.flow(CAMERA, SERVER, "tcp", 443, first=100.0)
    names.question(CAMERA, "Cloud.Example.", 90.0)
    names.answer(CAMERA, "cloud.example", [SERVER], 90.5)
    record = record_of(read)
    (flow,) = record.flows
    assert (flow.name, flow.name_source) == ("cloud.example", "dns")
    assert record.answers == {}
    assert record.resolving == {CAMERA}


def test_a_name_given_later_is_not_that_of_an_earlier_flow():
    read, flows, names = reading()
    flows.flow(CAMERA, SERVER, "tcp", 443, first=100.0)
    names.answer(CAMERA, "later.example", [SERVER], 500.0)
    (flow,) = record_of(read).flows
    # the resolver gave the address to nobody else, so it still tells what the address is called
    assert (flow.name, flow.name_source) == ("later.example", "dns-other")
    read, flows, names = reading()
    flows.flow(CAMERA, SERVER, "tcp", 443, first=100.0)
    names.answer(CAMERA, "early.example", [SERVER], 50.0)
    names.answer(CAMERA, "later.example", [SERVER], 500.0)
    flow = record_of(read).flows[0]
    assert (flow.name, flow.name_source) == ("early.example", "dns")


def test_a_resolver_that_asks_for_the_cameras():
    read, flows, names = reading()
    flows.flow(CAMERA, SERVER, "tcp", 443, first=100.0)
    names.answer(RESOLVER, "cloud.example", [SERVER], 90.0)
    assert record_of(read).flows[0].name_source == "dns-other"
    names.answer(RESOLVER, "other.example", [SERVER], 91.0)
    assert record_of(read).flows[0].name is None


def test_a_tls_log_names_flows_and_stands_alone_without_them():
    read, flows, log = reading()
    flows.flow(CAMERA, SERVER, "tcp", 443, first=100.0, bytes_out=9)
    log.named(CAMERA, SERVER, "tcp", 443, "a.example", "sni", 100.0)
    log.named(CAMERA, "36.110.1.2", "tcp", 443, "b.example", "sni", 101.0)
    log.named(CAMERA, "36.110.1.2", "tcp", 443, "b.example", "sni", 109.0)
    first, second = record_of(read).flows
    assert (first.name, first.name_source, first.bytes_out) == ("a.example", "sni", 9)
    assert (second.name, second.bytes_out, second.packets_out) == ("b.example", None, None)
    assert (second.count, second.first, second.last, second.recorded_by) == (2, 101.0, 109.0, "dns")


def test_questions_nobody_acted_on_and_what_each_source_watched():
    read, _flows, names = reading()
    names.question(CAMERA, "unused.example", 90.0)
    names.open("dns.log")
    names.saw(1, 90.0, 90.0)
    names.close()
    record = record_of(read)
    (flow,) = record.flows
    assert (flow.peer, flow.name, flow.packets_out, flow.bytes_in) == (None, "unused.example", 0, 0)
    assert record.answers == {(CAMERA, "unused.example"): ()}
    assert record.spans == {"dns": (90.0, 90.0)}


def test_a_blocked_question_is_a_blocked_conversation_unless_it_was_answered_too():
    read, _flows, names = reading()
    for name in ("ads.example", "both.example"):
        names.question(CAMERA, name, 90.0)
        names.answer(CAMERA, name, ["0.0.0.0"], 90.0)
    names.answer(CAMERA, "both.example", [SERVER], 95.0)
    record = record_of(read)
    assert [(flow.name, flow.blocked) for flow in record.flows] == [
        ("ads.example", True),
        ("both.example", False),
    ]
    assert record.answers[CAMERA, "ads.example"] == ()
    assert {flow.recorded_by for flow in record.flows} == {"dns"}
