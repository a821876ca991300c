from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.xm import Xm

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Xm, 34569, "xm-besder", to=("255.255.255.255", 34569))
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {34569}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 34569, "udp")
    assert first.method == Xm.name
    assert found.fields.items() >= {"xm.mac": "02:00:00:fe:0a:29", "xm.dvrip_port": "34567"}.items()
    assert {skip.subject for skip in found.skips} == {"192.168.0.103"}
