from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from camscan.discovery.dhip import Dhip, DhipUnicast
from camscan.net.profile import PROFILES

QUICK = replace(PROFILES["thorough"], ask_seconds=0.2, listen_seconds=0.2)


pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(
        Dhip, 37810, "dhip-vto2000a", group="239.255.255.251", to=("239.255.255.251", 37810)
    )
    assert found.destinations == {"239.255.255.251", "255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {37810}
    assert found.method.sent == len(found.asked) == 12
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 37810, "udp")
    assert first.method == Dhip.name
    assert (
        found.fields.items() >= {"dhip.mac": "3c:ef:8c:17:c8:df", "dhip.model": "VTO2000A"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"192.168.0.232"}


def test_each_address_gets_one_search(bench: Any) -> None:
    method = bench.run(DhipUnicast(), "127.78.10.0/29", profile=QUICK)
    assert method.sent == 6
    assert {c.query for c in bench.contacts} == {"dhip search uni 1"}
