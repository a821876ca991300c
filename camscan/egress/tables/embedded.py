"""The tables that are shipped inside camscan (geodata/, built by tools/geo_pack.py)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from camscan.egress.tables.packed import Operators, PackedTable
from camscan.egress.tables.source import COUNTRY, NETWORK, OPERATOR, DataSource

_FILES = {
    COUNTRY: ("country4.xz", "country6.xz"),
    NETWORK: ("asn4.xz", "asn6.xz", "operators.xz"),
    OPERATOR: ("operators.xz",),
}


def read(name: str) -> bytes:
    """One file of geodata/."""
    return resources.files("camscan.egress").joinpath("geodata", name).read_bytes()


@cache
def source(part: str) -> DataSource:
    """What the manifest says of `country`, `network` or `operator`."""
    entry = _manifest()[part]
    return DataSource(
        name=entry["name"],
        date=entry["date"],
        licence=entry["licence"],
        attribution=entry["attribution"],
        link=entry["link"],
        gives=(part,),
        bytes=sum(_size(name) for name in _FILES[part]),
    )


@cache
def country_table() -> PackedTable:
    """Countries of addresses; unpacked when it is first asked."""
    return PackedTable(source(COUNTRY), read)


@cache
def network_table() -> PackedTable:
    """Networks of addresses and who runs them."""
    return PackedTable(source(NETWORK), read, operators())


@cache
def operators() -> Operators:
    """Where an AS is registered, and its name."""
    return Operators(read)


@cache
def _manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(read("manifest.json"))
    return loaded


def _size(name: str) -> int:
    entry = resources.files("camscan.egress").joinpath("geodata", name)
    with entry.open("rb") as stream:
        return stream.seek(0, 2)
