from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.hanwha import Hanwha

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Hanwha, 7701, "hanwha")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {7711}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 7701, "udp")
    assert first.method == Hanwha.name
    assert (
        found.fields.items()
        >= {"hanwha.mac": "00:11:22:33:44:55", "hanwha.model": "Virtual"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.9.0"}
