"""A part's book-keeping: answers, silence, what is asked again, subnets."""

from __future__ import annotations

import numpy as np
import pytest

from camscan.discovery.sweep_events import SweepEvents
from camscan.discovery.syn_part import Part
from camscan.model.status import Status
from camscan.net.syn_round import Targets
from camscan.net.target_list import TargetList


@pytest.fixture
def part(bench):
    def make(*cidrs, on_link=True, ports=(80, 81)):
        ctx = bench.context(*cidrs, dialer=object())
        targets = TargetList(ctx.scope)
        indices = np.arange(len(targets))
        size = len(indices)
        arrays = Targets(
            lane=0,
            octets=targets.octets(4, indices),
            macs=np.zeros((size, 6), dtype=np.uint8),
            wanted=np.ones(size, dtype=bool),
            busy=np.zeros(size, dtype=bool),
            due=np.zeros(size),
            sent_at=np.zeros((len(ports), size)),
        )
        return Part(
            "tcp-syn",
            ctx,
            targets,
            indices,
            arrays,
            indices[::-1].copy(),
            ports,
            on_link=on_link,
            release=bench.sightings.append,
        )

    return make


def test_an_answer_counts_once(part, bench):
    one = part("10.88.5.0/28")
    one.expect(0, one.order)
    assert one.answer(3, 0, Status.OK)
    assert not one.answer(3, 0, Status.OK)
    assert not one.answer(3, 0, Status.REFUSED)
    (sighting,) = bench.sightings
    assert (sighting.address, sighting.port, sighting.method) == ("10.88.5.4", 80, "tcp-syn")
    assert (one.first, one.late) == (1, 0)
    assert one.alive().tolist() == [3]


def test_silence_and_the_second_try(part, bench):
    one = part("10.88.5.0/28")
    one.expect(0, one.order)
    assert one.unanswered(0, one.order).tolist() == []  # not silent yet
    one.answer(3, 0, Status.REFUSED)
    assert one.end_round(0, one.order) == []
    assert len(one.unanswered(0, one.order)) == 13
    assert one.answer(5, 0, Status.OK)
    assert (one.first, one.late) == (1, 1)
    assert len(one.unanswered(0, one.order)) == 12


def test_a_router_s_word_is_no_sighting_and_no_last_word(part, bench):
    one = part("10.88.5.0/28")
    one.expect(0, one.order)
    assert not one.answer(3, 0, Status.UNREACHABLE)
    one.end_round(0, one.order)
    assert 3 not in one.unanswered(0, one.order)
    assert bench.sightings == []
    assert one.answer(3, 0, Status.OK)
    assert len(bench.sightings) == 1


def test_known_pairs_are_left_out(part):
    one = part("10.88.5.0/28")
    one.mark_known(SweepEvents(done=lambda *pair: pair == ("10.88.5.4", 81)))
    assert one.known.sum() == 1
    assert one.known[1, 3]
    assert not one.answer(3, 1, Status.OK)


def test_held_until_the_subnet_is_known_to_differ(part, bench):
    one = part("10.88.5.0/24", on_link=False)
    one.expect(0, one.order)
    one.answer(3, 0, Status.OK)
    assert bench.sightings == []
    one.end_round(0, one.order)
    assert len(bench.sightings) == 1
    assert list(one.tell_alive()) == ["10.88.5.4"]
    assert list(one.finish()) == []
    assert len(list(one.tell_all())) == 253
    assert list(one.tell_all()) == []


def test_a_subnet_that_answers_as_one(part, bench):
    one = part("10.88.5.0/24", "10.88.6.0/24", on_link=False, ports=(80,))
    one.expect(0, one.order)
    for row in range(254):
        one.answer(row, 0, Status.OK)
    one.answer(300, 0, Status.OK)
    one.end_round(0, one.order)
    ((watch, skip),) = one.finish()
    assert skip.subject == "10.88.5.0/24"
    assert "254 of 254" in skip.reason
    assert one.rows_of(watch).sum() == 254
    assert len(bench.sightings) == 1


def test_a_stopped_subnet_gets_nothing_more(part):
    one = part("10.88.5.0/24", "10.88.6.0/24", ports=tuple(range(1, 5)))
    suspects = []
    for number in range(4):
        one.expect(number, one.order)
        for row in range(10) if number == 0 else ():
            one.answer(row, number, Status.OK)
        suspects = suspects or one.end_round(number, one.order)
    (watch,) = suspects
    assert watch.cidr == "10.88.5.0/24"
    assert "fell silent together" in one.stop(watch).reason
    assert one.arrays.wanted.sum() == 254
    assert one.row(int(one.indices[5])) == 5
    assert one.row(9999) is None


def test_a_round_is_complete_when_nothing_more_can_answer(part):
    one = part("10.88.5.0/30")
    one.expect(0, one.order)
    last = int(one.order[-1])
    for row in one.order[:-1]:
        one.answer(int(row), 0, Status.REFUSED)
    assert not one.complete(0, one.order)
    one.answer(last, 0, Status.UNREACHABLE)
    assert not one.complete(0, one.order), "a router's word is not the host's"
    one.arrays.wanted[last] = False
    assert one.complete(0, one.order)


def test_only_who_may_be_known_is_looked_up_and_only_who_is_awaited_is_told(part):
    one = part("10.88.5.0/28")
    asked = []

    def done(address, port):
        asked.append((address, port))
        return port == 80

    known = ("10.88.5.4", "10.99.0.1", "no address")
    one.mark_known(SweepEvents(done=done, known=lambda: known))
    assert asked == [("10.88.5.4", 80), ("10.88.5.4", 81)]
    assert one.known.sum() == 1
    assert list(one.tell_all(lambda: ("10.88.5.9", "10.99.0.1"))) == ["10.88.5.9"]
    assert list(one.tell_all()) == [], "everybody's turn is over"
