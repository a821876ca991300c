"""Names below a domain, names that only end alike, ports and their ranges."""

from __future__ import annotations

import msgspec
import pytest

from camscan.errors import DataError
from camscan.matching.destination import DestinationTable, build_destination
from tests.shipped import shipped_data


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


@pytest.mark.parametrize(
    ("protocol", "port", "listed"),
    [
        ("tcp", 443, True),
        ("udp", 443, False),
        ("udp", 50_000, True),
        ("udp", 50_999, True),
        ("udp", 51_000, False),
        ("udp", None, False),
    ],
)
def test_lists(data, protocol: str, port: int | None, listed: bool) -> None:
    entry = msgspec.structs.replace(data.egress[0], ports=("tcp/443", "udp/50000-50999", "bad"))
    assert entry.lists(protocol, port) is listed


def test_no_ports_are_all_ports(data) -> None:
    assert msgspec.structs.replace(data.egress[0], ports=()).lists("udp", None)


@pytest.mark.parametrize("place", [{"domains": ("a.b",)}, {}])
def test_without_example_or_place_it_does_not_load(place) -> None:
    table = DestinationTable(id="x", purpose="time", breaks="x", source=("manual: x",), **place)
    with pytest.raises(DataError, match="destination x: no example"):
        build_destination(table, maker="m", file="f")


def test_a_network_is_its_own_example() -> None:
    table = DestinationTable(
        id="x", networks=("8.8.8.0/24",), purpose="time", breaks="x", source=("manual: x",)
    )
    assert build_destination(table, maker="m", file="f").networks == ("8.8.8.0/24",)


def test_shipped_destinations_load() -> None:
    for entry in shipped_data().egress:
        assert entry.domains or entry.networks
