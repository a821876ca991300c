"""What was told is told again when it is worse, once for each rise, in bounded memory."""

import pytest

from camscan.egress import rise
from camscan.egress.analyse import Judged
from camscan.egress.geo import GeoAnswer
from camscan.egress.reason import Code, Reason
from camscan.egress.rise import LOOK_AGAIN, Rises
from camscan.egress.talk import Talk
from camscan.model.conversation import Direction, Verdict
from camscan.model.flow import Origin


class Clock:
    now = 7.0

    def __call__(self):
        return self.now


@pytest.fixture
def rises():
    made = Rises(Clock())
    made.clock = made._clock
    return made


def talk(number=1, **more):
    known = {
        "device": None, "address": "10.66.1.10", "peer": "36.110.1.1", "peer_address": None,
        "port": 443, "protocol": "tcp", "name": None, "name_source": None,
        "direction": Direction.OUT, "origin": Origin.SYN, "packets_out": 1, "packets_in": 0,
        "bytes_out": 60, "bytes_in": 0, "first": 1.0, "last": 1.0, "count": 1, "silent": 1,
        "refused": 0,
    }  # fmt: skip
    return Talk(id=f"c{number}", **(known | more))


def judged(one, *codes):
    reasons = tuple(Reason(code, "why") for code in codes)
    return Judged(talk=one, verdict=Verdict.UNEXPECTED, reasons=reasons, place=GeoAnswer())


LOW = (Code.COUNTRY,)
MEDIUM = (Code.NOT_LISTED,)
HIGH = (Code.NOT_LISTED, Code.FOREIGN_COUNTRY)


def test_each_rise_is_told_once(rises):
    rises.hold(judged(talk(), *LOW))
    assert rises.risen(judged(talk(), *LOW)) is None
    assert rises.risen(judged(talk(), *MEDIUM)) == "low"
    assert rises.risen(judged(talk(), *LOW)) is None
    assert rises.risen(judged(talk(), *MEDIUM)) is None
    assert rises.risen(judged(talk(), *HIGH)) == "medium"
    assert len(rises) == 0


def test_an_upload_is_a_rise_even_where_the_severity_stays(rises):
    rises.hold(judged(talk(), Code.NAME_ONLY))
    upload = judged(talk(), Code.NAME_ONLY, Code.UPLOAD)
    assert rises.risen(upload) == "low"
    assert rises.risen(upload) is None


def test_what_is_high_already_is_not_watched(rises):
    rises.hold(judged(talk(), *HIGH))
    rises.add(talk())
    assert rises.due() == []


def test_a_talk_is_due_when_it_grew_and_some_time_went_by(rises):
    rises.hold(judged(talk(), *MEDIUM))
    rises.clock.now += LOOK_AGAIN
    assert rises.due() == []
    rises.add(talk(count=0, silent=0, packets_in=3, bytes_out=940))
    rises.add(talk(bytes_out=1000))
    (due,) = rises.due()
    assert (due.count, due.silent, due.bytes_out) == (2, 1, 2000)
    assert rises.due() == []
    rises.add(talk())
    assert rises.due() == []
    rises.clock.now += LOOK_AGAIN
    assert len(rises.due()) == 1


def test_the_longest_without_a_word_goes(rises, monkeypatch):
    monkeypatch.setattr(rise, "_MOST", 2)
    for number in (1, 2):
        rises.hold(judged(talk(number), *MEDIUM))
        rises.add(talk(number))
    rises.add(talk(1))
    rises.hold(judged(talk(3), *MEDIUM))
    rises.clock.now += LOOK_AGAIN
    assert [one.id for one in rises.due()] == ["c1"]
