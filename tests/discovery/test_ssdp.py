from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from camscan.discovery.ssdp import Ssdp, SsdpAnswerBook, SsdpUnicast
from camscan.net.datagram import Datagram


@pytest.mark.root
def test_asked_and_heard_on_the_wire(inquire: Any, samples: Any) -> None:
    answer = samples["ssdp-axis-m1014-msearch"].replace(b"192.168.1.102", b"10.97.0.2")
    found = inquire(Ssdp, 1900, answer, group="239.255.255.250")
    assert found.destinations == {"239.255.255.250"}
    assert len(found.asked) == 6
    assert found.method.sent == 12, "IPv6 has a group of its own"
    assert len(set(found.asked)) == 2, "two targets, each repeated as it was"
    (sighting,) = found.sightings
    assert sighting.locations == ("http://10.97.0.2:45895/rootdesc1.xml",)
    assert found.fields["ssdp.server"].startswith("Linux/2.6.35, UPnP/1.0")


def heard(bench: Any, answer: bytes, *, address: str = "10.0.0.5", in_scope: bool = True) -> Any:
    async def go() -> Any:
        book = SsdpAnswerBook(bench.context("10.0.0.0/24"), bench.sightings.append, "ssdp")
        book.read(
            Datagram(
                data=answer, address=address, port=1900, interface=None, local_port=40000,
                at=datetime.now(UTC), in_scope=in_scope,
            )
        )  # fmt: skip
        return bench.sightings

    return asyncio.run(go())


def answer(location: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nLOCATION: {location}\r\nST: upnp:rootdevice\r\n"
        "USN: uuid:1::upnp:rootdevice\r\n\r\n"
    ).encode()


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.6/d.xml",
        "http://192.168.1.1/d.xml",
        "http://10.0.0.5.example/d.xml",
        "http://user@10.0.0.6/d.xml",
        "https://10.0.0.5/d.xml",
        "file:///etc/passwd",
        "http://[::1/d.xml",
        "",
    ],
)
def test_a_location_elsewhere_is_not_passed_on(bench: Any, location: str) -> None:
    (sighting,) = heard(bench, answer(location))
    assert sighting.locations == ()
    assert [e.field for e in sighting.evidence] == ["ssdp.st", "ssdp.usn"]


def test_a_location_on_the_sender_is(bench: Any) -> None:
    (sighting,) = heard(bench, answer("http://10.0.0.5:49152/d.xml"))
    assert sighting.locations == ("http://10.0.0.5:49152/d.xml",)


def test_out_of_scope_has_none(bench: Any) -> None:
    where = "http://192.168.1.64/d.xml"
    (sighting,) = heard(bench, answer(where), address="192.168.1.64", in_scope=False)
    assert not sighting.on_scope
    assert sighting.locations == ()


def test_a_farewell_is_no_device(bench: Any, samples: Any) -> None:
    assert heard(bench, samples["ssdp-axis-m1014-byebye"]) == []


def test_hosts_behind_routers_get_one_search() -> None:
    assert [make().name for make in SsdpUnicast.hosts] == ["ssdp search upnp:rootdevice IPv4"]
