from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.vision360 import Vision360

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Vision360, 3600, "360vision")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {3600}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 3600, "udp")
    assert first.method == Vision360.name
    assert (
        found.fields.items()
        >= {"360vision.mac": "00:11:22:33:44:55", "360vision.type": "IPDOME"}.items()
    )
    assert {skip.subject for skip in found.skips} == set()
