"""Datagrams to sightings, whatever they hold."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camscan.discovery.wsd_answer import WsdAnswerBook
from camscan.net.datagram import Datagram

AT = datetime(2026, 11, 24, tzinfo=UTC)


def datagram(data, address="10.1.2.7", in_scope=True):
    return Datagram(
        data=data,
        address=address,
        port=40000,
        interface="eth0",
        local_port=5,
        at=AT,
        in_scope=in_scope,
    )


def book(bench):
    async def go():
        return bench.context("10.1.2.0/24")

    return WsdAnswerBook(asyncio.run(go()), bench.sightings.append, "wsd-unicast")


def answer(body):
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body><d:ProbeMatches>'
        f"{body}</d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


def test_two_matches_in_one_datagram(bench):
    one = "<d:ProbeMatch><d:XAddrs>http://10.1.2.7/onvif/device_service</d:XAddrs></d:ProbeMatch>"
    two = (
        "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:x-X2018101811779</a:Address>"
        "</a:EndpointReference></d:ProbeMatch>"
    )
    notes = book(bench)
    notes.read(datagram(answer(one + two)))
    fields = {e.field for s in bench.sightings for e in s.evidence}
    assert fields == {"wsd.xaddr", "wsd.endpoint"}
    assert {e.port for s in bench.sightings for e in s.evidence} == {3702}


def test_same_endpoint_from_two_sources_is_two_hosts(bench):
    body = (
        "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:clone</a:Address>"
        "</a:EndpointReference></d:ProbeMatch>"
    )
    notes = book(bench)
    notes.read(datagram(answer(body)))
    notes.read(datagram(answer(body), "10.1.2.8"))
    assert [s.address for s in bench.sightings] == ["10.1.2.7", "10.1.2.8"]
    assert notes.method(3, 0).answered == 2


def test_ten_thousand_answers(bench):
    notes = book(bench)
    for n in range(10_000):
        scope = f"onvif://www.onvif.org/name/{n % 50}"
        body = f"<d:ProbeMatch><d:Scopes>{scope}</d:Scopes></d:ProbeMatch>"
        notes.read(datagram(answer(body), f"10.1.{n // 250 % 40}.{n % 250 + 1}"))
    assert notes.method(1, 7).answered == 10_000
    assert "7 datagrams of a flood" in notes.method(1, 7).reason


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(alphabet="<>/dProbeMatch s:\"='&;", max_size=200))
def test_fuzz_read(bench, data):
    notes = book_cache(bench)
    notes.read(datagram(data if isinstance(data, bytes) else data.encode()))
    assert all(s.address == "10.1.2.7" for s in bench.sightings)


def book_cache(bench):
    if not hasattr(bench, "book"):
        bench.book = book(bench)
    return bench.book
