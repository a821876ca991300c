from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.findings.wrong_clock import TOLERANCE, WrongClock, length, looks_like_zone
from camscan.model.evidence import NO_TIME
from camscan.model.finding import Severity

AT = datetime(2026, 11, 24, 2, 13, tzinfo=UTC)
RULE = WrongClock()


@pytest.fixture
def clock(make_device, said):
    def make(address, skew, source="Manual", *, at=AT):
        stated = AT + timedelta(seconds=skew)
        return said(
            make_device(address),
            ("onvif.utc_time", f"{stated:%Y-%m-%dT%H:%M:%S}Z", "onvif", 80),
            ("onvif.clock_source", source, "onvif", 80),
            ("onvif.time_zone", "CST-8", "onvif", 80),
            at=at,
        )

    return make


@pytest.mark.parametrize(
    ("skew", "severity", "words"),
    [
        (0, None, ""),
        (60, None, ""),
        (-60, None, ""),
        (61, Severity.LOW, "61 seconds fast"),
        (-300, Severity.LOW, "5 minutes slow"),
        (3_601, Severity.LOW, "60 minutes fast"),  # summer time
        (8 * 3_600, Severity.LOW, "8 hours fast"),  # tells its local time as UTC
        (-int(5.5 * 3_600), Severity.LOW, "6 hours slow"),
        (8 * 3_600 + 300, Severity.MEDIUM, "8 hours fast"),
        (-400 * 86_400, Severity.MEDIUM, "400 days slow"),
    ],
)
def test_how_wrong(clock, make_run, skew, severity, words):
    run = make_run([clock("10.0.0.1", skew)], [])
    found = list(RULE.findings(run))
    assert [one.severity for one in found] == ([] if severity is None else [severity])
    assert all(one.title.endswith(f"has a clock that is {words}") for one in found)
    assert list(RULE.skips(run)) == []


def test_what_is_told(clock, make_run):
    (found,) = RULE.findings(make_run([clock("10.0.0.1", 8 * 3_600)], []))
    assert "It told 2026-11-24 10:13:00 UTC at 2026-11-24 02:13:00 UTC." in found.detail
    assert "clock source Manual, time zone CST-8" in found.detail
    assert "a wrong time zone or summer time is likely" in found.detail
    assert "inside your network" in found.advice
    assert found.evidence == ("e1", "e2", "e3")
    (found,) = RULE.findings(make_run([clock("10.0.0.1", 700, "NTP")], []))
    assert "does not follow it" in found.advice
    assert "time zone or summer time is likely" not in found.detail


def test_most_agree_and_not_with_us(clock, make_run):
    """Then the machine that asked is the one to look at."""
    devices = [clock(f"10.0.0.{n}", 400 + n) for n in (1, 2, 3)]
    run = make_run([*devices, clock("10.0.0.9", 0)], [])
    assert list(RULE.findings(run)) == []
    (skip,) = RULE.skips(run)
    assert skip.subject == "all devices"
    assert "3 of 4 devices agree with each other and are 7 minutes ahead of" in skip.reason


def test_two_or_a_minority_that_agree_are_wrong_themselves(clock, make_run):
    pair = [clock(f"10.0.0.{n}", 400) for n in (1, 2)]
    assert len(list(RULE.findings(make_run(pair, [])))) == 2
    few = [clock(f"10.0.0.{n}", 400) for n in (1, 2, 3)]
    right = [clock(f"10.0.1.{n}", 0) for n in (1, 2, 3)]
    assert len(list(RULE.findings(make_run([*few, *right], [])))) == 3


def test_why_nothing_can_be_said(clock, make_device, make_run):
    untimed = clock("10.0.0.1", 900, at=NO_TIME)
    run = make_run([untimed, make_device("10.0.0.2")], [])
    assert list(RULE.findings(run)) == []
    assert [skip.reason for skip in RULE.skips(run)] == [
        "when its time was heard is not known: 10.0.0.1",
        "it told no time (ONVIF GetSystemDateAndTime): 10.0.0.2",
    ]


def test_a_time_that_is_none(make_device, said, make_run):
    device = said(make_device("10.0.0.1"), ("onvif.utc_time", "noon", "onvif", 80))
    assert list(RULE.findings(make_run([device], []))) == []


def test_the_last_time_counts(clock, make_run):
    old = clock("10.0.0.1", 900)
    new = clock("10.0.0.1", 3 * 86_400, at=AT + timedelta(days=3))
    device = type(old)(**{n: getattr(old, n) for n in old.__struct_fields__} | {
        "evidence": (*new.evidence, *old.evidence)
    })  # fmt: skip
    assert list(RULE.findings(make_run([device], []))) == []


@given(st.integers(-56, 56).filter(bool), st.integers(-60, 60))
def test_every_zone_looks_like_one(quarters, seconds):
    assert looks_like_zone(timedelta(minutes=15 * quarters, seconds=seconds))


def test_what_is_no_zone():
    for skew in (timedelta(0), TOLERANCE, timedelta(minutes=17), timedelta(hours=15)):
        assert not looks_like_zone(skew)
    assert length(timedelta(days=-9461)) == "9,461 days"
