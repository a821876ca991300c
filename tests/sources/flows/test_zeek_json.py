import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.zeek_json import (
    ZeekRecord,
    interval_of,
    kind_of,
    parse_record,
    seconds_of,
)

IDS = b'"id.orig_h":"10.66.1.10","id.orig_p":4000,"id.resp_h":"36.110.1.1","id.resp_p":443'


@pytest.mark.parametrize(
    ("rest", "kind"),
    [
        (b'"proto":"tcp","conn_state":"SF"', "conn"),
        (b'"_path":"open_conn","proto":"tcp","conn_state":"S1"', "open"),
        (b'"proto":"udp","query":"a.example","qtype":1', "dns"),
        (b'"version":"TLSv13","server_name":"a.example","established":true', "ssl"),
        (b'"version":"1","client_initial_dcid":"00","server_name":"a.example"', "quic"),
        (b'"trans_depth":1,"method":"GET","host":"a.example","version":"1.1"', "http"),
        (b'"fuid":"F1"', ""),
    ],
)
def test_what_a_record_has_tells_its_log(rest, kind):
    record = parse_record(b'{"ts":1.5,"uid":"C1",' + IDS + b"," + rest + b"}")
    assert isinstance(record, ZeekRecord)
    assert kind_of(record) == kind


def test_a_record_without_addresses_is_of_no_use():
    record = parse_record(b'{"ts":1.5,"query":"a.example"}')
    assert isinstance(record, ZeekRecord)
    assert kind_of(record) == ""


NESTED = b'"id":{"orig_h":"10.66.1.10","orig_p":4000,"resp_h":"36.110.1.1","resp_p":443}'


def test_what_has_passed_through_another_program():
    """As VAST prints zeek.conn: an object for the ends, null for what is unset, texts for times."""
    record = parse_record(
        b'{"ts":"2026-10-26T07:33:20.250000","uid":"C1",' + NESTED + b',"proto":"tcp",'
        b'"service":null,"duration":"1.5m","conn_state":"SF","history":null,"orig_pkts":null,'
        b'"tunnel_parents":null,"answers":null,"rtt":null,"_write_ts":null}'
    )
    assert isinstance(record, ZeekRecord)
    assert kind_of(record) == "conn"
    assert (record.orig_h, record.resp_h, record.resp_p) == ("10.66.1.10", "36.110.1.1", 443)
    assert (seconds_of(record.ts), interval_of(record.duration)) == (1793000000.25, 90.0)
    for other in (b'"id":"FYQWgyssG9CNDD9m5"', b'"id":null', b'"id":{"orig_h":null}'):
        record = parse_record(b'{"ts":1.5,' + other + b"}")
        assert isinstance(record, ZeekRecord)
        assert kind_of(record) == ""


def test_durations():
    assert interval_of(None) == interval_of("0.0ns") == 0.0
    assert interval_of(2.5) == interval_of("2.5s") == interval_of("2s500ms") == 2.5
    for text in ("", "soon", "1", "-1s", "1s "):
        with pytest.raises(ValueError, match="is no duration"):
            interval_of(text)


def test_times_in_every_form():
    assert seconds_of(1793000000.25) == 1793000000.25
    assert seconds_of(1793000000250.0) == 1793000000.25
    assert seconds_of("2026-10-26T07:33:20.250000Z") == 1793000000.25
    assert seconds_of("today") is None
    assert seconds_of(-1.0) is None


@given(st.binary(max_size=200))
def test_fuzz_any_bytes(data):
    for line in (data, b'{"ts":' + data + b"}", b'{"ts":1,"uid":"' + data + b'"}'):
        found = parse_record(line)
        if isinstance(found, ZeekRecord):
            kind_of(found)
            seconds_of(found.ts)


@given(st.text())
def test_fuzz_durations(text):
    for value in (text, f"1{text}s", f"{text}1.5m"):
        with contextlib.suppress(ValueError):
            assert interval_of(value) >= 0
