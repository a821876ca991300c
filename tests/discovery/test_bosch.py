from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.bosch import Bosch

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Bosch, 1757, "bosch-bin", "bosch-xml")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {1758}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 1757, "udp")
    assert first.method == Bosch.name
    assert (
        found.fields.items()
        >= {
            "bosch.mac": "00:11:22:33:44:55",
            "bosch.serial": "12439367:09790371",
        }.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.7.0", "240.0.7.1"}
