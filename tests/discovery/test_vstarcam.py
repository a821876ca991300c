from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.vstarcam import Vstarcam

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Vstarcam, 8600, "vstarcam")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {8600}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 8600, "udp")
    assert first.method == Vstarcam.name
    assert (
        found.fields.items()
        >= {"vstarcam.serial": "123456789", "vstarcam.name": "Virtual Camera"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.18.0"}
