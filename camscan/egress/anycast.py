"""Well-known anycast addresses: answered from the nearest site, so a country means nothing.

The list is data, geodata/anycast.toml: each group has the page that says so.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from ipaddress import ip_network

from camscan.egress.address import Address
from camscan.egress.network_map import NetworkMap


@cache
def _groups() -> NetworkMap[str]:
    data = resources.files("camscan.egress").joinpath("geodata", "anycast.toml").read_text("utf-8")
    return NetworkMap(
        (ip_network(text), group["name"])
        for group in tomllib.loads(data)["group"]
        for text in group["addresses"]
    )


def anycast_group(address: Address) -> str | None:
    """The service that answers there from many places, or None; other anycast is not known here."""
    return _groups().get(address)


def is_anycast(address: Address) -> bool:
    """True for an address of the list."""
    return anycast_group(address) is not None
