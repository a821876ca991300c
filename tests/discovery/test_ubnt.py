from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from camscan.discovery.ubnt import Ubnt, UbntAnswerBook, UbntUnicast
from camscan.net.datagram import Datagram

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Ubnt, 10001, "ubnt-uvc-g4-pro", group="233.89.188.1")
    assert found.destinations == {"233.89.188.1", "255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {10001}
    assert found.method.sent == len(found.asked) == 12
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 10001, "udp")
    assert first.method == Ubnt.name
    assert (
        found.fields.items()
        >= {"ubnt.mac": "e0:63:da:44:5f:9a", "ubnt.model": "UVC G4 Pro"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"192.168.212.1"}


def test_an_echo_from_another_port_is_a_sign_of_life(bench: Any) -> None:
    async def go() -> list[Any]:
        book = UbntAnswerBook(bench.context("10.0.0.0/24"), bench.sightings.append, "ubnt")
        for port, address in ((10001, "10.0.0.8"), (40000, "10.0.0.9")):
            book.read(
                Datagram(
                    data=bytes.fromhex("01000000"), address=address, port=port, interface=None,
                    local_port=10001, at=datetime.now(UTC), in_scope=True,
                )
            )  # fmt: skip
        return bench.sightings

    (sighting,) = asyncio.run(go())
    assert sighting.address == "10.0.0.9"
    assert sighting.evidence == ()


def test_hosts_get_version_1(bench: Any) -> None:
    assert [make().name for make in UbntUnicast.hosts] == ["ubnt v1"]
