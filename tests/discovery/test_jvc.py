from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.jvc import Jvc

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Jvc, 80, "jvc-vn-v686")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 80, "udp")
    assert first.method == Jvc.name
    assert found.fields.items() >= {"jvc.model": "VN-V686U"}.items()
    assert {skip.subject for skip in found.skips} == {"192.168.0.2"}
