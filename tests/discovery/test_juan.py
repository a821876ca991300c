from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.juan import Juan

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(
        Juan, 8002, "juan-5523-w", group="239.255.255.250", to=("239.255.255.250", 8002)
    )
    assert found.destinations == {"239.255.255.250"}
    assert found.source_ports == {8002}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 8002, "udp")
    assert first.method == Juan.name
    assert found.fields["juan.model"] == "5523-W"
    assert not any("psk" in field.lower() for field in found.fields)
