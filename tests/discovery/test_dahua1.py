from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.dahua1 import Dahua1

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Dahua1, 5050, "dahua-v1-virtual")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {5050}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 5050, "udp")
    assert first.method == Dahua1.name
    assert (
        found.fields.items()
        >= {"dahua1.mac": "00:11:22:33:44:55", "dahua1.model": "Virtual"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.3.0"}
