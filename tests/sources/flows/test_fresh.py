"""New connections: once, with a name when it comes in time, bounded."""

from camscan.sources.dns_message import DnsMessage
from camscan.sources.flows import fresh as module
from camscan.sources.flows.fresh import PATIENCE, Fresh, FreshQuestions
from camscan.sources.flows.join import question_flow
from camscan.sources.flows.name_table import NameTable
from camscan.sources.flows.table import FlowTable


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def fed(wire, line, clock):
    fresh = Fresh("iface", clock=clock)
    table = FlowTable(opened=fresh.opened)
    for at, frame in line.frames:
        table.feed([(at, 1, frame, 0, len(frame), len(frame))])
    return fresh


def test_a_name_is_waited_for_and_told_at_once_when_it_comes(wire):
    line, clock = wire.Line(), Clock()
    line.connect("10.66.1.10", "36.110.220.15", 443, name="a.example")
    line.connect("10.66.1.10", "36.110.220.16", 8000)
    fresh = fed(wire, line, clock)
    (named,) = fresh.flows()
    assert (named.peer, named.name, named.count) == ("36.110.220.15", "a.example", 1)
    assert fresh.flows() == []
    clock.now += PATIENCE + 0.1
    (bare,) = fresh.flows()
    assert (bare.peer, bare.name, bare.packets_in) == ("36.110.220.16", None, 1)
    assert fresh.flows() == []


def test_the_end_waits_for_nobody(wire):
    line = wire.Line()
    line.exchange("10.66.1.10", "36.110.220.15", 9000)
    fresh = fed(wire, line, Clock())
    assert len(fresh.flows(all_of_them=True)) == 1


def test_a_flood_is_bounded_and_counted(wire, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    line = wire.Line()
    for number in range(1, 9):
        line.exchange("10.66.1.10", f"36.110.1.{number}", 9000, answer=False)
    fresh = fed(wire, line, Clock())
    assert fresh.flows() == []
    assert fresh.beyond == {"10.66.1.10": 3}


def test_questions_are_told_once_after_a_while():
    names, clock = NameTable(), Clock()
    questions = FreshQuestions(names, clock=clock)
    client = bytes((10, 66, 1, 10))
    names.learn(client, DnsMessage(False, "a.example", 1, ()), 50.0)
    new, old = questions.look()
    assert [one.name for one in new] == ["a.example"]
    assert old == []
    clock.now += 6
    new, old = questions.look()
    assert (new, [one.name for one in old]) == ([], ["a.example"])
    flow = question_flow(old[0], old[0].recorded_by)
    assert (flow.source, flow.peer, flow.name) == ("10.66.1.10", None, "a.example")
    names.forget_questions()
    questions.restarted()
    assert questions.look() == ([], [])


def test_what_given_connections_carry_later_is_told_in_large_pieces(wire):
    line, clock = wire.Line(), Clock()
    line.connect("10.66.1.10", "36.110.220.15", 443, name="a.example", out=450_000, back=0)
    fresh = Fresh("iface", clock=clock)
    table = FlowTable(opened=fresh.opened)
    packets = [(at, 1, frame, 0, len(frame), len(frame)) for at, frame in line.frames]
    early = len(packets) // 3
    table.feed(packets[:early])
    (first,) = fresh.flows()
    assert fresh.grown() == []
    clock.now += 5
    assert fresh.grown() == []
    table.feed(packets[early:])
    assert fresh.grown() == []
    clock.now += 5
    (more,) = fresh.grown()
    table.finish()
    (whole,) = table.totals.flows("iface")
    assert (more.count, more.starts, more.peer, more.name) == (0, (), first.peer, "a.example")
    for counter in ("packets_out", "packets_in", "bytes_out", "bytes_in"):
        assert getattr(first, counter) + getattr(more, counter) == getattr(whole, counter)
    clock.now += 5
    assert fresh.grown() == []


def test_a_connection_that_began_anew_carries_what_it_has_since(wire):
    line, clock = wire.Line(), Clock()
    fresh = Fresh("iface", clock=clock)
    table = FlowTable(opened=fresh.opened)
    for pause in (0.1, 200.0):
        line.at += pause
        line.frames.clear()
        for _ in range(150):
            line.send("10.66.1.10", "36.110.1.1", 17, wire.udp(4000, 9000, b"x" * 1000))
        table.feed([(at, 1, frame, 0, len(frame), len(frame)) for at, frame in line.frames])
        clock.now += 5
        told = fresh.flows(all_of_them=True) + fresh.grown()
        assert [(flow.packets_out, flow.bytes_out) for flow in told] == [(150, 150 * 1028)]
    assert told[0].count == 0
