from __future__ import annotations

from typing import Any

import pytest

from camscan.discovery.tplink import Kasa, KasaUnicast, Tdp, TdpUnicast

pytestmark = pytest.mark.root


def test_kasa_on_the_wire(inquire: Any) -> None:
    found = inquire(Kasa, 9999, "kasa-ec60")
    assert found.destinations == {"255.255.255.255", "10.97.0.255"}
    assert found.method.sent == len(found.asked) == 3
    assert found.fields.items() >= {"tplink.model": "EC60(US)"}.items()
    assert not [field for field in found.fields if "itude" in field]


def test_tdp_on_the_wire(inquire: Any) -> None:
    found = inquire(Tdp, 20002, "tdp-c100-4-0-1-3-14")
    assert found.method.sent == 6
    assert len(found.asked) == 3, "the others go to port 20004"
    assert found.fields.items() >= {"tplink.model": "C100"}.items()


def test_hosts_behind_routers_get_one_each() -> None:
    assert [make().port for kind in (KasaUnicast, TdpUnicast) for make in kind.hosts] == [
        9999,
        20002,
    ]
