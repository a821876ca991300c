from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.foscam import Foscam

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Foscam, 10000, "foscam-plain")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {10000}
    assert found.method.sent == len(found.asked) == 6
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 10000, "udp")
    assert first.method == Foscam.name
    assert found.fields.items() >= {"foscam.serial": "0123456789"}.items()
    assert {skip.subject for skip in found.skips} == {"240.0.20.0"}
