from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.reolink import Reolink, ReolinkDoor, ReolinkUnicast

pytestmark = pytest.mark.root


def test_asked_and_heard_on_the_wire(inquire: Any) -> None:
    found = inquire(Reolink, 2000, "reolink-2000-layout", answer_port=lambda _: 3000)
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.source_ports == {3000}
    assert found.method.sent == len(found.asked) == 3
    assert found.method.answered == 1
    (first, *_) = found.sightings
    assert (first.address, first.port, first.transport) == ("10.97.0.2", 2000, "udp")
    assert first.method == Reolink.name
    assert (
        found.fields.items()
        >= {"reolink.mac": "ec:71:db:77:34:46", "reolink.name": "Front door"}.items()
    )
    assert {skip.subject for skip in found.skips} == {"192.168.1.123"}


def test_hosts_behind_routers_are_asked_at_both_doors(bench: Any) -> None:
    assert [make().port for make in ReolinkUnicast.hosts] == [2000]
    assert [make().port for make in ReolinkDoor.hosts] == [2015, 2018]
