from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.mdns import Mdns, MdnsUnicast

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Mdns, 5353, "mdns-axis", group="224.0.0.251")
    assert found.destinations == {"224.0.0.251"}
    assert (found.method.sent, len(found.asked)) == (6, 3), "IPv6 has a group of its own"
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 5353, "udp")
    assert first.method == Mdns.name
    assert (
        found.fields.items()
        >= {
            "mac.address": "00:11:22:33:44:55",
            "mdns.service": "_rtsp._tcp",
        }.items()
    )
    assert {skip.subject for skip in found.skips} == set()


def test_hosts_behind_routers_get_the_same_questions(bench: Any) -> None:
    assert [make().payload for make in MdnsUnicast.hosts] == [
        make().payload for make in Mdns.queries
    ]
