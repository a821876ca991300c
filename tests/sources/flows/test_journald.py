"""Records as systemd.journal-fields(7) and journalctl(1) form them, and as journalctl 252 printed
them (data/README.md)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.errors import SourceError
from camscan.sources.flows.journald import parse_record, sniff
from camscan.sources.flows.read import format_of
from camscan.sources.source_file import SourceFile
from tests.sources.flows.conversations import TRAFFIC
from tests.sources.flows.whole import read_flows

AT = 1_795_720_231_123_456
DROP = (
    "cam-drop: IN=br0 OUT=eth8 MAC=02:00:00:00:00:01:c4:2f:90:00:00:01:08:00 SRC=10.66.1.10 "
    "DST=36.110.1.2 LEN=60 TTL=63 ID=1 PROTO=TCP SPT=40000 DPT=443 WINDOW=1 RES=0x00 SYN URGP=0"
)


def record(message=DROP, **fields):
    return json.dumps(
        {
            "__CURSOR": "s=1;i=2",
            "__REALTIME_TIMESTAMP": str(AT),
            "__MONOTONIC_TIMESTAMP": "77",
            "_TRANSPORT": "kernel",
            "PRIORITY": "4",
            "SYSLOG_IDENTIFIER": "kernel",
            "_HOSTNAME": "gw",
            "MESSAGE": message,
        }
        | fields
    )


def test_a_packet_that_the_kernel_logged(told):
    read = told(record())
    (flow,) = read.flows
    assert (flow.source, flow.peer, flow.port, flow.blocked) == (
        "10.66.1.10", "36.110.1.2", 443, True
    )  # fmt: skip
    assert flow.first == pytest.approx(AT / 1e6)
    assert flow.source_mac == "c4:2f:90:00:00:01"
    (source,) = read.sources
    assert (source.kind, source.count, source.bad) == ("netfilter", 1, 0)
    assert read.skips == ()  # its times need no year and no zone


def test_what_journalctl_itself_printed():
    read = read_flows([str(TRAFFIC / "journald-252.json")])
    (flow,) = read.flows
    assert (flow.source, flow.peer, flow.count, flow.name) == (
        "10.66.1.10", "203.0.113.2", 2, "cloud.example"
    )  # fmt: skip
    assert (flow.first, flow.last) == (AT / 1e6, AT / 1e6 + 1)
    assert [(source.kind, source.count) for source in read.sources] == [
        ("netfilter", 2), ("dnsmasq", 2)
    ]  # fmt: skip
    assert [skip.reason for skip in read.skips] == ["2 of 6 lines are of no kind that is read"]


def test_the_name_server_of_the_same_machine(told):
    asked = record("query[A] a.example from 10.66.1.10", SYSLOG_IDENTIFIER="dnsmasq")
    told_it = record("reply a.example is 36.110.1.2", SYSLOG_IDENTIFIER="dnsmasq")
    read = told(asked, told_it, record())
    (flow,) = read.flows
    assert (flow.name, flow.name_source) == ("a.example", "dns")
    assert {source.kind for source in read.sources} == {"dnsmasq", "netfilter"}


def test_two_machines_are_two_sources(told):
    read = told(record(), record(_HOSTNAME="gw2"))
    assert {source.kind for source in read.sources} == {"netfilter", "netfilter gw2"}


def test_bytes_that_are_no_text_and_what_is_too_long(told):
    read = told(
        record(list(f"\xff{DROP}".encode("latin-1"))), record(None), "{", record(["a", "b"])
    )
    assert len(read.flows) == 1
    assert [skip.reason for skip in read.skips] == ["3 of 4 lines are of no kind that is read"]


def test_told_by_its_content(tmp_path):
    path = tmp_path / "eve.json"
    path.write_text(f"\x1e{record()}\n")
    assert format_of(SourceFile(str(path))) == "journald"
    assert not sniff(b'{"timestamp":"2026-11-26T19:10:30","event_type":"flow"}')
    path.write_text('{"MESSAGE": "x"}')
    with pytest.raises(SourceError):
        format_of(SourceFile(str(path)))


@pytest.mark.parametrize("at", ["\u00b2", "1" * 19, "-1", ""])
def test_what_is_no_time(at):
    assert parse_record(record(__REALTIME_TIMESTAMP=at)) is None


@given(
    st.text(),
    st.one_of(st.none(), st.text(), st.integers(), st.lists(st.integers(-1, 300), max_size=9)),
    st.one_of(st.text(), st.integers().map(str)),
)
def test_fuzz_records(text, message, at):
    for line in (text, record(message), record(__REALTIME_TIMESTAMP=at), record(_HOSTNAME=message)):
        parsed = parse_record(line)
        assert parsed is None or "\n" not in parsed
        sniff(line.encode("utf-8", "replace"))
