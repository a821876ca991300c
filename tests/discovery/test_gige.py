from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.gige import Gige

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Gige, 3956, "gige-vision")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 3956, "udp")
    assert first.method == Gige.name
    assert (
        found.fields.items()
        >= {"gige.mac": "00:11:22:33:44:55", "gige.model": "Virtual device"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.17.0"}
