from __future__ import annotations

import pytest

from camscan.matching.told import told
from tests.shipped import shipped_data

WORDS = shipped_data().vocabulary


@pytest.mark.parametrize(
    ("field", "stated"),
    [
        ("sadp.mac", ("mac", 60)),
        ("tvt.serial", ("serial", 10)),
        ("dhip.model", ("model", 10)),
        ("tplink.firmware", ("firmware", 10)),
        ("sadp.ipv4", None),
        ("ubnt.interface_mac", None),
        ("sadp", None),
        # No answer to an inquiry: rules say what these are worth.
        ("onvif.model", None),
        ("upnp.serial", None),
        ("mac.address", None),
    ],
)
def test_told(field: str, stated: tuple[str, int] | None) -> None:
    assert told(field, WORDS) == stated
