from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camscan.discovery.answer_book import AnswerBook
from camscan.net.datagram import Datagram
from camscan.protocols.query import sadp_inquiry


def datagram(data: bytes, *, address: str = "10.0.0.5", in_scope: bool = True) -> Datagram:
    return Datagram(
        data=data,
        address=address,
        port=37020,
        interface="eth0",
        local_port=37020,
        at=datetime.now(UTC),
        in_scope=in_scope,
    )


def answer(ipv4: str = "10.0.0.5", mac: str = "58-50-ed-01-02-03", model: str = "DS-1") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ProbeMatch><Types>inquiry</Types>'
        f"<DeviceDescription>{model}</DeviceDescription><MAC>{mac}</MAC>"
        f"<IPv4Address>{ipv4}</IPv4Address></ProbeMatch>"
    ).encode()


def read(bench: Any, *datagrams: Datagram) -> tuple[Any, Any]:
    async def go() -> Any:
        ctx = bench.context("10.0.0.0/24")
        book = AnswerBook(ctx, bench.sightings.append, "sadp", "sadp", 37020)
        for one in datagrams:
            book.read(one)
        return book.method(7, 2)

    return bench.sightings, asyncio.run(go())


def test_an_answer_is_a_sighting_with_its_hardware_address(bench: Any) -> None:
    (sighting,), method = read(bench, datagram(answer()))
    assert (sighting.address, sighting.port, sighting.transport) == ("10.0.0.5", 37020, "udp")
    said = {(e.field, e.value) for e in sighting.evidence}
    assert {
        ("sadp.model", "DS-1"),
        ("sadp.mac", "58:50:ed:01:02:03"),
    } <= said
    # What a device says of itself is not what its link shows.
    assert not any(field.startswith("mac.") for field, _ in said)
    assert {(e.target, e.method, e.port, e.transport) for e in sighting.evidence} == {
        ("10.0.0.5", "sadp", 37020, "udp")
    }
    assert (method.sent, method.answered) == (7, 1)
    assert method.reason == "2 datagrams of a flood not read"
    assert bench.skips == []


def test_repeats_add_nothing_and_differences_do(bench: Any) -> None:
    sightings, _ = read(
        bench, datagram(answer()), datagram(answer()), datagram(answer(model="DS-2"))
    )
    assert len(sightings) == 2
    assert {e.value for e in sightings[1].evidence if e.field == "sadp.model"} == {"DS-2"}


def test_questions_are_no_answers_and_rubbish_costs_nothing(bench: Any) -> None:
    sightings, method = read(
        bench,
        datagram(sadp_inquiry().payload),
        datagram(b"\x00\xff"),
        datagram(answer()),
    )
    assert len(sightings) == 1
    assert "1 unreadable datagrams" in method.reason


def test_a_factory_address_is_listed_and_never_a_target(bench: Any) -> None:
    (sighting,), _ = read(bench, datagram(answer(ipv4="192.168.1.64")))
    assert sighting.address == "10.0.0.5"
    assert ("sadp.ipv4", "192.168.1.64") in {(e.field, e.value) for e in sighting.evidence}
    (skip,) = bench.skips
    assert skip.subject == "192.168.1.64"
    assert "never contacted" in skip.reason
    assert "10.0.0.5" in skip.reason


def test_an_answer_from_outside_the_scope_is_listed(bench: Any) -> None:
    stranger = datagram(answer(ipv4="192.168.1.64"), address="192.168.1.64", in_scope=False)
    (sighting,), _ = read(bench, stranger)
    assert not sighting.on_scope
    assert {skip.subject for skip in bench.skips} == {"192.168.1.64"}


def test_a_locally_administered_address_names_no_maker(bench: Any) -> None:
    (sighting,), _ = read(bench, datagram(answer(mac="02-50-ed-01-02-03")))
    assert "mac.oui" not in {e.field for e in sighting.evidence}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_fuzz_whatever_arrives_is_survived(payloads: list[bytes]) -> None:
    from camscan.discovery.registry import LINK_INQUIRIES

    class Ctx:
        scope = None
        on_skip = staticmethod(lambda _: None)

    for kind in LINK_INQUIRIES:
        book = kind().book(Ctx(), lambda _: None)  # type: ignore[arg-type]
        for payload in payloads:
            book.reading(datagram(payload))


@pytest.mark.parametrize("kind", ["xm", "dhip", "tvt", "bosch", "wsd", "mdns", "ssdp"])
def test_every_decoder_is_found_by_its_name(kind: str, bench: Any) -> None:
    async def go() -> None:
        book = AnswerBook(bench.context("10.0.0.0/24"), bench.sightings.append, kind, kind, 9)
        book.read(datagram(b"\x00"))

    asyncio.run(go())
    assert bench.sightings == []


def test_a_datagram_that_came_before_is_not_parsed_again(bench: Any) -> None:
    parsed: list[str] = []

    class Counting(AnswerBook):
        def reading(self, datagram: Datagram) -> Any:
            parsed.append(datagram.address)
            return super().reading(datagram)

    async def go() -> None:
        book = Counting(bench.context("10.0.0.0/24"), lambda _: None, "sadp", "sadp", 37020)
        for address in ("10.0.0.5", "10.0.0.5", "10.0.0.6"):
            book.read(datagram(answer(), address=address))

    asyncio.run(go())
    assert parsed == ["10.0.0.5", "10.0.0.6"]
