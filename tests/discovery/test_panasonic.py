from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.panasonic import Panasonic

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Panasonic, 10670, "panasonic-wv-x22700")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {10669}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 10670, "udp")
    assert first.method == Panasonic.name
    assert found.fields.items() >= {"panasonic.mac": "d4:2d:c5:00:00:02"}.items()
    assert {skip.subject for skip in found.skips} == {"192.168.1.101"}
