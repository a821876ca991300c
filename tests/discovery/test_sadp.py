from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from camscan.discovery.sadp import Sadp, SadpUnicast
from camscan.net.profile import PROFILES

QUICK = replace(PROFILES["thorough"], ask_seconds=0.2, listen_seconds=0.2)


pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(
        Sadp, 37020, "sadp-ds2cd2385g1", group="239.255.255.250", to=("239.255.255.250", 37020)
    )
    assert found.destinations == {"239.255.255.250", "255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {37020}
    assert found.method.sent == len(found.asked) == 12
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 37020, "udp")
    assert first.method == Sadp.name
    assert (
        found.fields.items()
        >= {
            "sadp.mac": "58:50:ed:0e:4f:f6",
            "sadp.model": "DS-2CD2385G1-I",
        }.items()
    )
    assert {skip.subject for skip in found.skips} == {"192.168.124.40"}


def test_the_group_answer_of_one_device_is_one_sighting(inquire: Any, samples: Any) -> None:
    answer = samples["sadp-ds2cd2385g1"]
    found = inquire(Sadp, 37020, answer, b"<junk", answer, group="239.255.255.250")
    assert len(found.sightings) == 1
    assert "unreadable" in found.method.reason


def test_each_address_gets_one_inquiry(bench: Any) -> None:
    method = bench.run(SadpUnicast(), "127.78.9.0/29", profile=QUICK)
    assert method.sent == 6
    assert {c.query for c in bench.contacts} == {"sadp inquiry"}
