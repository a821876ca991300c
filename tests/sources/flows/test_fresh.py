"""New connections: once, with a name when it comes in time, bounded."""

from camscan.sources.dns_message import DnsMessage
from camscan.sources.flows import fresh as module
from camscan.sources.flows.fresh import PATIENCE, Fresh, FreshQuestions, question_flow
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
    flow = question_flow(old[0])
    assert (flow.source, flow.peer, flow.name) == ("10.66.1.10", None, "a.example")
    names.forget_questions()
    questions.restarted()
    assert questions.look() == ([], [])
