"""Names below a domain, and names that only end alike."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.destination import DestinationTable, build_destination
from camscan.matching.load import load


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("acme-cloud.example", True),
        ("EU.Acme-Cloud.Example.", True),
        ("notacme-cloud.example", False),
        ("example", False),
        ("", False),
    ],
)
def test_covers(data, name: str, covered: bool) -> None:
    assert data.egress[0].covers(name) is covered


def test_without_example_it_does_not_load() -> None:
    table = DestinationTable(
        id="x", domains=("a.b",), purpose="time", breaks="x", source=("manual: x",)
    )
    with pytest.raises(DataError, match="destination x: no example"):
        build_destination(table, maker="m", file="f")


def test_shipped_destinations_load() -> None:
    for entry in load().egress:
        assert entry.domains
