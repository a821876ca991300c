from datetime import date

from camscan.egress.baseline import Baseline, Expectations, learned, sent_a_day
from camscan.egress.reason import Code
from camscan.model.conversation import Direction, Verdict
from camscan.model.flow import Slot

DAY = 86_400


def slots(*sizes):
    return tuple(Slot(DAY * day, 1, 1, 1, size, 1) for day, size in enumerate(sizes))


def test_what_was_learned_is_expected(make_talk):
    talk = make_talk(name="a.example", last=2.0 * DAY, bytes_out=30, slots=slots(10, 20))
    baseline = learned(Baseline(), [(talk, Verdict.UNEXPECTED)])
    (call,) = baseline.calls
    assert (call.destination, call.first, call.last) == (
        "a.example", date(1970, 1, 1), date(1970, 1, 3),
    )  # fmt: skip
    assert call.most_out == 20
    verdict, reason = Expectations(baseline).judge(talk)
    assert (verdict, reason.code) == (Verdict.EXPECTED, Code.BASELINE)
    assert Expectations(baseline).novelty(talk) == []


def test_another_port_name_or_device_is_new(make_talk, make_device):
    baseline = Expectations(learned(Baseline(), [(make_talk(), Verdict.UNEXPECTED)]))
    others = (
        make_talk(port=80),
        make_talk(name="b.example"),
        make_talk(device=make_device("10.66.1.11")),
    )
    for other in others:
        assert baseline.judge(other) is None
        assert [reason.code for reason in baseline.novelty(other)] == [Code.NEW]
    assert Expectations(Baseline()).novelty(make_talk()) == []


def test_far_more_than_before_is_unexpected_again(make_talk):
    usual = make_talk(bytes_out=2_000_000, slots=slots(2_000_000))
    baseline = Expectations(learned(Baseline(), [(usual, Verdict.UNEXPECTED)]))
    verdict, reason = baseline.judge(make_talk(bytes_out=400_000_000, slots=slots(400_000_000)))
    assert (verdict, reason.code) == (Verdict.UNEXPECTED, Code.MORE_THAN_BEFORE)
    assert "400.0 MB went out a day; the baseline knows 2.0 MB" in reason.text
    assert baseline.judge(make_talk(bytes_out=5_000_000))[0] is Verdict.EXPECTED


def test_learning_twice_widens_what_is_known(make_talk):
    first = learned(Baseline(), [(make_talk(bytes_out=5), Verdict.UNEXPECTED)])
    later = make_talk(first=5.0 * DAY, last=6.0 * DAY, bytes_out=9)
    (call,) = learned(first, [(later, Verdict.EXPECTED)]).calls
    assert (call.first, call.last, call.most_out) == (date(1970, 1, 1), date(1970, 1, 7), 9)


def test_what_needs_no_learning_is_left_out(make_talk):
    judged = [
        (make_talk(), Verdict.ALLOWED),
        (make_talk(), Verdict.INFRASTRUCTURE),
        (make_talk(direction=Direction.IN), Verdict.UNEXPECTED),
    ]
    assert learned(Baseline(), judged) == Baseline()


def test_bytes_that_nobody_knows(make_talk):
    assert sent_a_day(make_talk(bytes_out=None)) is None
    assert sent_a_day(make_talk(bytes_out=7, slots=(Slot(0, 1, None, None, None, None),))) == 7
