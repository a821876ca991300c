import re

from camscan.lab.day.exchange import Day
from camscan.lab.day.filterlog import WAN_ADDRESS, write_filterlog
from camscan.lab.frames import End


def cells(tmp_path, date, *exchanges):
    path = tmp_path / "filterlog.log"
    count = write_filterlog(path, Day(date, "10.66", exchanges))
    lines = path.read_text().splitlines()
    assert len(lines) == count
    found = [line.rpartition(" - - ")[2].split(",") for line in lines]
    return [row for row in found if row[19] != WAN_ADDRESS]


def test_a_passed_connection_is_one_line_without_sizes(exchange, date, tmp_path):
    (row,) = cells(tmp_path, date, exchange(sent=5000))
    assert row[4:9] == ["igb1.1", "match", "pass", "in", "4"]
    assert row[15:20] == ["6", "tcp", "48", "10.66.1.10", "35.177.48.91"]
    assert row[20:24] == ["40000", "443", "0", "S"]


def test_a_blocked_one_is_a_line_for_each_packet(exchange, date, tmp_path):
    rows = cells(tmp_path, date, exchange(outcome="blocked"))
    assert [row[6] for row in rows] == ["block"] * 3
    (row,) = cells(tmp_path, date, exchange(outcome="blocked", protocol="udp", ask=b"x" * 10))
    assert row[15:18] == ["17", "udp", "38"]
    assert row[20:] == ["40000", "443", "10"]


def test_what_stays_in_a_subnet_is_not_seen(exchange, date, tmp_path):
    assert cells(tmp_path, date, exchange(server=End("0" * 12, "10.66.1.99"))) == []
    assert len(cells(tmp_path, date, exchange(server=End("0" * 12, "10.66.2.99")))) == 1


def test_what_comes_from_outside_comes_by_the_outer_interface(exchange, date, tmp_path):
    outer, inner = End("00:00:00:00:00:01", "81.2.69.142"), End("00:00:00:00:00:02", "10.66.1.10")
    (row,) = cells(tmp_path, date, exchange(client=outer, server=inner))
    assert row[4] == "igb0"


def test_a_datagram_of_a_state_that_lives_is_not_logged_again(exchange, date, tmp_path):
    at = 1795478400.0
    sent = [exchange(protocol="udp", at=at + wait) for wait in (0, 30, 80, 200)]
    assert len(cells(tmp_path, date, *sent)) == 2


def test_lines_are_in_order_and_as_syslog_has_them(day, tmp_path):
    write_filterlog(tmp_path / "a.log", day)
    lines = (tmp_path / "a.log").read_text().splitlines()
    head = re.compile(r"<134>1 (2026-11-24T\d\d:\d\d:\d\d\.\d{6}\+00:00) fw\.council\.example ")
    times = [head.match(line)[1] for line in lines]
    assert times == sorted(times)
    assert sum(WAN_ADDRESS in line for line in lines) == 1500
