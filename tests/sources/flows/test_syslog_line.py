from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.syslog_line import (
    LogClock,
    has_header,
    host_of,
    message_start,
    sender_of,
)

WRITTEN = datetime(2026, 11, 27, 18, 1, 40, tzinfo=UTC).timestamp()


def utc(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("<134>Jul  3 19:10:30 filterlog[1]: x", utc(2026, 7, 3, 19, 10, 30)),
        ("Nov 27 18:01:08 dnsmasq[1]: x", utc(2026, 11, 27, 18, 1, 8)),
        ("<134>1 2022-06-09T14:44:11-06:00 fw filterlog 1 - - x", utc(2022, 6, 9, 20, 44, 11)),
        ("<6>2021-03-12T14:10:18Z host kernel: x", utc(2021, 3, 12, 14, 10, 18)),
        ("2021-03-12 14:10:18.25+0100 host x", utc(2021, 3, 12, 13, 10, 18) + 0.25),
        ("Apr 17 2020 14:08:08 asa : %ASA-6-302016: x", utc(2020, 4, 17, 14, 8, 8)),
        ("*Jul  4 01:02:03.500: x", utc(2026, 7, 4, 1, 2, 3) + 0.5),
        ("27-Nov-2026 18:01:08.715 queries: info: x", utc(2026, 11, 27, 18, 1, 8) + 0.715),
        ("[1795802468] unbound[1:0] info: x", 1795802468.0),
    ],
)
def test_every_way_to_write_a_time(line, at):
    clock = LogClock(WRITTEN)
    assert clock.at(line) == pytest.approx(at)
    assert clock.at(line) == pytest.approx(at)  # from what the clock remembers


def test_the_year_is_the_newest_that_is_not_after_the_file():
    clock = LogClock(utc(2026, 1, 2))
    assert clock.at("Dec 31 23:59:59 fw x") == utc(2025, 12, 31, 23, 59, 59)
    assert clock.at("Jan  1 00:00:01 fw x") == utc(2026, 1, 1, 0, 0, 1)
    assert clock.at("Feb 29 12:00:00 fw x") == utc(2024, 2, 29, 12)


def test_lines_of_one_second_and_of_the_next():
    clock = LogClock(WRITTEN)
    times = [clock.at(f"<134>Nov 26 10:00:{second:02} fw x") for second in (5, 5, 6, 59)]
    assert [at - times[0] for at in times] == [0, 0, 1, 54]
    assert clock.at("<134>Nov 26 10:00:59.5 fw x") == times[3] + 0.5
    assert clock.at("<134>Nov 26 10:00:5x fw x") == times[3] + 0.5  # no time of its own


def test_a_zone_is_that_of_the_reading_where_the_line_names_none():
    clock = LogClock(WRITTEN, ZoneInfo("Europe/London"))
    assert clock.at("Jul  3 19:10:30 fw x") == utc(2026, 7, 3, 18, 10, 30)
    assert clock.at("Nov 26 19:10:30 fw x") == utc(2026, 11, 26, 19, 10, 30)
    assert clock.at("2026-07-03T19:10:30Z fw x") == utc(2026, 7, 3, 19, 10, 30)


def test_what_was_assumed_is_said():
    clock = LogClock(WRITTEN)
    clock.at("2026-07-03T19:10:30Z fw x")
    assert clock.notes() == []
    clock.at("Jul  3 19:10:30 fw x")
    clock.at("5,,,1000000105,igb1.27,match,block,in,4")
    zone, year, time = clock.notes()
    assert "read as UTC" in zone
    assert "date of the file" in year
    assert time.startswith("1 lines have no time")


def test_without_any_time_it_is_that_of_the_file():
    assert LogClock(WRITTEN).at("x") == WRITTEN


def test_header_host_and_message():
    line = "<134>Jul  3 19:10:30 fw1 kernel: [WAN_OUT-2000-A]IN=eth0"
    assert has_header(line)
    assert has_header("Jul  3 19:10:30 fw1 x")
    assert not has_header("Dear Sir")
    assert host_of(line) == "fw1"
    assert line[message_start(line) :].startswith("kernel:")
    assert host_of("Apr 15 2013 09:36:50: ") == ""
    assert message_start("IN=eth0") == 0


@given(st.text(), st.floats(0, 4e9))
def test_fuzz_times(text, written):
    clock = LogClock(written)
    clock.at("Jul  3 19:10:30 fw x")
    for line in (text, f"<134>{text}", f"Jul  3 19:10:{text}", f"2026-07-03T{text}", f"1 {text}"):
        assert clock.at(line) is not None
        has_header(line), host_of(line), message_start(line)


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_fuzz_numbers_that_are_no_times(year, month, day, hour):
    clock = LogClock(WRITTEN)
    clock.at(f"{year:04}-{month:02}-{day:02}T{hour:02}:{month:02}:{day:02}+{hour:02}:{day:02} x")
    clock.at(f"Feb {day % 40:02} {year:04} {hour:02}:{month:02}:{day:02} x")
    clock.at(f"Feb {day % 40:02} {hour:02}:{month:02}:{day:02} x")


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        ("<134>Nov 26 19:10:30 fw-1.example filterlog[72237]: 1", "fw-1.example"),
        ("<134>1 2026-11-26T19:10:30.123+00:00 10.66.0.1 filterlog 1 - - x", "10.66.0.1"),
        ("Nov 26 19:10:30 fd00::1 kernel: x", "fd00::1"),
        ("Nov 26 2026 19:10:34 asa1 : %ASA-4-106023: Deny", "asa1"),
        ("<134>Nov 26 19:10:30 filterlog[72237]: 1", ""),
        ("Nov 26 19:10:35 dnsmasq: query", ""),
        ("Nov 26 2026 19:10:34: %ASA-4-106023: Deny", ""),
        ('<189>date=2026-11-26 time=19:10:32 devname="fw" x', ""),
        ("fw1 kernel: x", ""),
        ("", ""),
    ],
)
def test_the_sender_of_a_line(line, sender):
    assert sender_of(line) == sender
