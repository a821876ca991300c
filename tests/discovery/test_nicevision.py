from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.nicevision import Nicevision

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(
        Nicevision, 2007, "nicevision", answer_port=lambda data: int.from_bytes(data[10:12])
    )
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 2007, "udp")
    assert first.method == Nicevision.name
    assert (
        found.fields.items()
        >= {"nicevision.mac": "00:11:22:33:44:55", "nicevision.name": "Virtual"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.14.0"}
