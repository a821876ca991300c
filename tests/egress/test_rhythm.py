import random

from camscan.egress.rhythm import rhythm
from camscan.model.flow import Slot

DAY = 86_400.0


def test_a_timer_scores_high(make_talk):
    starts = tuple(300.0 * step for step in range(288))
    slots = tuple(Slot(3600 * hour, 12, 12, 12, 1200, 1200) for hour in range(24))
    talk = make_talk(
        first=0.0, last=starts[-1], count=288, starts=starts, sizes=(100,) * 288, slots=slots
    )
    found = rhythm(talk, DAY)
    assert found.score > 0.95
    assert found.interval == 300.0
    assert found.count == 288


def test_a_person_scores_low(make_talk):
    choice = random.Random(7)
    starts = tuple(sorted(28_800 + choice.expovariate(1) * 3000 for _ in range(60)))
    hours = sorted({int(start // 3600) * 3600 for start in starts})
    slots = tuple(
        Slot(at, sum(at <= start < at + 3600 for start in starts), 1, 1, 1, 1) for at in hours
    )
    sizes = tuple(int(choice.expovariate(1) * 50_000) for _ in starts)
    talk = make_talk(
        first=starts[0], last=starts[-1], count=60, starts=starts, sizes=sizes, slots=slots
    )
    assert rhythm(talk, DAY).score < 0.6


def test_too_few_or_too_many_say_nothing(make_talk):
    assert rhythm(make_talk(count=3, starts=(1.0, 2.0, 3.0)), DAY) is None
    assert rhythm(make_talk(count=4, starts=(1.0, 1.0, 1.0, 2.0)), DAY) is None
    strobe = make_talk(count=264_000, starts=tuple(float(n) for n in range(512)))
    assert rhythm(strobe, DAY) is None
