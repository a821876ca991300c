"""Lines: newbetuts.com/513538 (English), jpdebug.com/p/1306966 (Japanese date, and the log's "
"head)."""

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import flow_source
from camscan.sources.flows.source import Reading
from camscan.sources.flows.windows_dns import sniff
from camscan.sources.source_file import SourceFile
from tests.sources.flows.whole import read_flows

HEAD = "Message logging key (for packets - other items use a subset of these fields):"
LINE = (
    "{date} 0E70 PACKET  00000000033397A0 {way} {client}    5b47 {answer} Q [0001   D   NOERROR] "
    "A      "
    "(12)somecomputer(6)domain(3)com(0)"
)


def line(date="6/5/2013 10:00:32 AM", way="UDP Rcv", client="10.161.60.71", answer=" "):
    return LINE.format(date=date, way=way, client=client, answer=answer)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC).timestamp()


def test_questions_of_clients(told):
    record = told(HEAD, "", line(), line(way="UDP Snd", client="8.8.8.8"), line(answer="R"))
    (flow,) = record.flows
    assert (flow.source, flow.name, flow.count) == ("10.161.60.71", "somecomputer.domain.com", 1)
    assert (record.sources[0].kind, record.sources[0].count) == ("windows-dns", 3)


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["2019/08/20 11:48:27"], utc(2019, 8, 20, 11, 48, 27)),
        (["20.08.2019 11:48:27"], utc(2019, 8, 20, 11, 48, 27)),
        (["05.06.2019 11:48:27"], utc(2019, 6, 5, 11, 48, 27)),
        (["20-08-2019 11:48:27"], utc(2019, 8, 20, 11, 48, 27)),
        (["8/20/2019 11:48:27 PM"], utc(2019, 8, 20, 23, 48, 27)),
        (["8/20/2019 12:48:27 AM"], utc(2019, 8, 20, 0, 48, 27)),
        (["05/06/2019 11:48:27", "13/06/2019 11:48:27"], utc(2019, 6, 5, 11, 48, 27)),
        (["6/5/2019 11:48:27 AM", "6/13/2019 11:48:27 AM"], utc(2019, 6, 5, 11, 48, 27)),
    ],
)
def test_dates_of_several_regions(told, dates, first):
    record = told(*(line(date) for date in dates))
    assert min(flow.first for flow in record.flows) == first
    assert not any("two ways" in skip.reason for skip in record.skips)


@pytest.mark.parametrize(
    ("date", "written", "first"),
    [
        ("05/06/2019 11:48:27", utc(2019, 6, 7), utc(2019, 6, 5, 11, 48, 27)),
        ("05/06/2019 11:48:27", utc(2019, 5, 7), utc(2019, 5, 6, 11, 48, 27)),
        ("5/6/2019 11:48:27 AM", utc(2019, 5, 6, 23), utc(2019, 5, 6, 11, 48, 27)),
        ("5/06/2019 11:48:27 AM", utc(2019, 6, 6), utc(2019, 6, 5, 11, 48, 27)),
    ],
)
def test_the_date_of_the_file_decides_where_the_log_does_not(told, date, written, first):
    record = told(line(date), written=written)
    assert record.flows[0].first == first
    assert any("two ways" in skip.reason for skip in record.skips)


def test_local_time_and_utf_16(tmp_path):
    path = tmp_path / "dns.log"
    path.write_bytes(f"{HEAD}\r\n\r\n{line('20/08/2019 11:48:27')}\r\n".encode("utf-16"))
    os.utime(path, (1.6e9, 1.6e9))
    record = read_flows([str(path)], zone=ZoneInfo("Europe/London"))
    assert record.flows[0].first == utc(2019, 8, 20, 10, 48, 27)
    assert "Europe/London" in record.skips[0].reason


def test_broken_packets_are_counted(told):
    record = told(line(), line().replace(" Q [", " ["), line("31/31/2013 10:00:32"))
    assert record.sources[0].bad == 2


def test_only_its_own_lines():
    assert sniff(f"{line()}\n".encode())
    assert not sniff(b"Nov 27 18:01:08 dnsmasq[1]: query[A] a.example from 10.0.0.1\n")


@given(st.text(), st.integers(0, 160), st.integers(0, 160))
def test_fuzz_lines(tmp_path_factory, text, start, end):
    path = tmp_path_factory.getbasetemp() / "dns.log"
    whole = line()
    path.write_text(f"{text}\n{whole[:start]}{text}{whole[end:]}\n{whole}", "utf-8", "replace")
    sniff(path.read_bytes())
    flow_source("windows_dns").read([SourceFile(str(path))], Reading(Keep()))
