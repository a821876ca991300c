"""Public resolvers and clocks as they are written."""

from __future__ import annotations

import pytest

from camscan.errors import DataError
from camscan.matching.public_service import ServiceTable, build_service
from tests.shipped import shipped_data


def test_covers_whole_labels() -> None:
    table = ServiceTable(
        id="clock.x", role="clock", name="X", domains=("Pool.Ntp.Example.",), source=("manual: x",)
    )
    service = build_service(table, file="f")
    assert service.domains == ("pool.ntp.example",)
    assert service.covers("0.uk.pool.ntp.example")
    assert not service.covers("notpool.ntp.example")


@pytest.mark.parametrize(
    ("change", "message"), [({}, "no example"), ({"addresses": ("8.8.8.8",)}, "no source")]
)
def test_without_place_or_source_it_does_not_load(change, message: str) -> None:
    table = ServiceTable(id="clock.x", role="clock", name="X", **change)
    with pytest.raises(DataError, match=f"service clock.x: {message}"):
        build_service(table, file="f")


def test_shipped_services() -> None:
    services = shipped_data().egress_data.services
    by_address = {address: service for service in services for address in service.addresses}
    assert by_address["114.114.114.114"].asked_by == ("xiongmai",)
    assert by_address["210.72.145.44"].role == "clock"
