import datetime

from camscan.lab.day.dnsmasq import write_dnsmasq
from camscan.lab.day.exchange import Day, Purpose


def lines(tmp_path, date, exchange, *asked):
    path = tmp_path / "dnsmasq.log"
    questions = [
        exchange(
            at=1795478400.0 + wait, purpose=Purpose.DNS, protocol="udp", ends=(40000, 53),
            name=name, addresses=addresses,
        )
        for wait, name, addresses in asked
    ]  # fmt: skip
    assert write_dnsmasq(path, Day(date, "10.66", (*questions, exchange()))) == len(asked)
    return path.read_text().splitlines()


def test_question_and_answer(tmp_path, date, exchange):
    assert lines(tmp_path, date, exchange, (9, "a.example", ("1.2.3.4",))) == [
        "Nov 24 00:00:09 dnsmasq[412]: 1 10.66.1.10/40000 query[A] a.example from 10.66.1.10",
        "Nov 24 00:00:09 dnsmasq[412]: 1 10.66.1.10/40000 forwarded a.example to 9.9.9.9",
        "Nov 24 00:00:09 dnsmasq[412]: 1 10.66.1.10/40000 reply a.example is 1.2.3.4",
    ]


def test_what_is_fresh_comes_from_the_cache_and_what_is_not_there_is_said(tmp_path, date, exchange):
    asked = [
        (0, "a.example", ("1.2.3.4",)),
        (10, "a.example", ("1.2.3.4",)),
        (400, "b.example", ()),
    ]
    found = lines(tmp_path, date, exchange, *asked)
    assert found[4].endswith("cached a.example is 1.2.3.4")
    assert found[-1].endswith("reply b.example is NXDOMAIN")


def test_the_file_is_as_old_as_its_day(tmp_path, date, exchange):
    lines(tmp_path, date, exchange)
    written = datetime.datetime.fromtimestamp(
        (tmp_path / "dnsmasq.log").stat().st_mtime, datetime.UTC
    )
    assert written.date() == date
