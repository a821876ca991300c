from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.tvt import Tvt

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(
        Tvt, 23456, "tvt-announce-lobby", group="234.55.55.55", to=("234.55.55.56", 23456)
    )
    assert found.destinations == {"234.55.55.55"}
    assert found.source_ports == {23456}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 23456, "udp")
    assert first.method == Tvt.name
    assert found.fields.items() >= {"tvt.model": "DCN-BM8127AIN"}.items()
    assert {skip.subject for skip in found.skips} == {"192.168.1.69"}
