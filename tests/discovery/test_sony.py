from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.sony import Sony

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Sony, 2380, "sony")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert [payload for _, _, payload in found.asked] == [b"\x02ENQ:allinfo\xff\x03"] * 3
    assert found.method.sent == 6
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 2380, "udp")
    assert first.method == Sony.name
    assert (
        found.fields.items() >= {"sony.mac": "aa:bb:cc:dd:ee:ff", "sony.model": "Virtual"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"240.0.11.0"}
