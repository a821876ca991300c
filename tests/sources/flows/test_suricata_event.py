from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from camscan.sources.flows.suricata_event import (
    EveDns,
    EveEvent,
    dns_addresses,
    dns_name,
    flags_of,
    parse_event,
    seconds_of,
)

# Shapes of the dns event: Suricata's documentation of the EVE JSON format, versions 1, 2 and 3.
ONE = b'{"event_type":"dns","dns":{"type":"answer","rrname":"a.example","rrtype":"A","ttl":5,"rdata":"36.110.1.1"}}'  # noqa: E501
TWO = (
    b'{"event_type":"dns","dns":{"version":2,"type":"answer","rrname":"a.example","rrtype":"A",'
    b'"rcode":"NOERROR","answers":[{"rrname":"a.example","rrtype":"CNAME","ttl":1,"rdata":"b.example"},'
    b'{"rrname":"b.example","rrtype":"A","ttl":1,"rdata":"36.110.1.1"}],"grouped":{"CNAME":["b.example"],'
    b'"A":["36.110.1.1","36.110.1.2"]}}}'
)
THREE = (
    b'{"event_type":"dns","dns":{"version":3,"type":"response","queries":[{"rrname":"a.example","rrtype":"A"}],'
    b'"answers":[{"rrname":"a.example","rrtype":"A","rdata":"36.110.1.1"},'
    b'{"rrname":"a.example","rrtype":"SOA","rdata":{"mname":"x"}}]}}'
)


def dns(line):
    event = parse_event(line)
    assert isinstance(event, EveEvent)
    assert event.dns is not None
    return event.dns


def test_answers_of_every_version():
    assert [dns_name(dns(line)) for line in (ONE, TWO, THREE)] == ["a.example"] * 3
    assert dns_addresses(dns(ONE)) == ["36.110.1.1"]
    assert dns_addresses(dns(TWO)) == ["36.110.1.1", "36.110.1.2"]
    assert dns_addresses(dns(THREE)) == ["36.110.1.1"]
    assert dns_name(EveDns()) is None


def test_other_events_and_wrapped_ones():
    event = parse_event(
        b'{"timestamp":"2026-03-05T14:05:26.5+0000","event_type":"stats","src_ip":5}'
    )
    assert (event.event_type, event.src_ip) == ("stats", None)
    event = parse_event(
        b'{"firewall_name":"f","event_timestamp":"1","event":{"event_type":"netflow","src_ip":"10.0.0.1"}}'
    )
    assert (event.event_type, event.src_ip) == ("netflow", "10.0.0.1")
    assert isinstance(parse_event(b"{"), str)
    assert isinstance(parse_event(b'{"event_type":"flow","flow":[]}'), str)


def test_times_and_flags():
    assert seconds_of("2026-03-05T14:05:26.500000+0000") == 1772719526.5
    assert seconds_of("2026-03-05T15:05:26.500000+0100") == 1772719526.5
    assert seconds_of("x") is seconds_of(None) is None
    assert (flags_of("1b"), flags_of("zz"), flags_of(None)) == (0x1B, None, None)


@given(st.binary(max_size=200), st.sampled_from([b"flow", b"dns", b"netflow", b"tls", b"x"]))
def test_fuzz_any_line(data, kind):
    parse_event(data)
    event = parse_event(b'{"event_type":"' + kind + b'","' + kind + b'":' + data + b"}")
    if isinstance(event, EveEvent) and event.dns is not None:
        dns_name(event.dns)
        dns_addresses(event.dns)


@given(
    st.from_regex(r"\A20[0-9]{2}-0[0-9]-1[0-9]T1[0-9]:[0-6][0-9]:[0-9]{2}.[0-9]{6}[+-]0[0-9]00\Z")
)
def test_fuzz_a_second_that_is_remembered(text):
    for part in ("000000", "999999", text[20:26]):
        stamp = text[:20] + part + text[26:]
        try:
            expected = datetime.fromisoformat(stamp).timestamp()
        except ValueError:
            expected = None
        assert seconds_of(stamp) == seconds_of(stamp) == expected
