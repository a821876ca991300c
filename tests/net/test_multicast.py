from __future__ import annotations

import pytest

from camscan.net.interface import IfAddress, Interface
from camscan.net.multicast import multicast_refusal
from camscan.scope import Scope, build_scope

LINK_LOCAL = IfAddress("fe80::1", 64)


def interface(*addresses: IfAddress, **fields: object) -> Interface:
    return Interface(name="eth0", index=2, addresses=addresses, **fields)  # type: ignore[arg-type]


FOUR = interface(IfAddress("10.1.2.3", 24), LINK_LOCAL)
TWO_SUBNETS = interface(IfAddress("10.1.2.3", 24), IfAddress("10.1.3.3", 24), LINK_LOCAL)
DUAL = interface(IfAddress("10.1.2.3", 24), IfAddress("fd00:1::3", 64), LINK_LOCAL)
SIX_ONLY = interface(LINK_LOCAL)


@pytest.mark.parametrize(
    ("link", "version", "targets", "exclude"),
    [
        (FOUR, 4, ["10.1.2.0/24"], []),
        (FOUR, 4, ["10.0.0.0/8"], ["10.1.3.0/24"]),
        (FOUR, 6, ["10.1.2.0/24"], []),
        (DUAL, 4, ["10.1.2.0/24"], []),
        (DUAL, 6, ["10.1.2.0/24", "fd00:1::/64"], []),
        (SIX_ONLY, 6, ["fe80::/64"], []),
        (TWO_SUBNETS, 4, ["10.1.2.0/23"], []),
        (FOUR, 6, ["10.1.2.0/24"], ["fe80::9%eth1"]),
    ],
)
def test_a_link_wholly_in_scope(
    link: Interface, version: int, targets: list[str], exclude: list[str]
) -> None:
    assert multicast_refusal(build_scope(targets, exclude), link, version) is None


@pytest.mark.parametrize(
    ("link", "version", "targets", "exclude", "reason"),
    [
        (FOUR, 4, ["10.1.2.0/25"], [], "10.1.2.0/24 is not wholly in scope"),
        (FOUR, 4, ["10.1.2.0/24"], ["10.1.2.77"], "10.1.2.0/24 is not wholly in scope"),
        (FOUR, 6, ["10.1.2.0/24"], ["10.1.2.77"], "10.1.2.0/24 is not wholly in scope"),
        (FOUR, 6, ["10.1.2.0/24"], ["fe80::9"], "fe80::9 is excluded"),
        (FOUR, 6, ["10.1.2.0/24"], ["fe80::9%eth0"], "fe80::9%eth0 is excluded"),
        (DUAL, 6, ["10.1.2.0/24"], [], "fd00:1::/64 is not wholly in scope"),
        (TWO_SUBNETS, 4, ["10.1.2.0/24"], [], "10.1.3.0/24 is not wholly in scope"),
        (SIX_ONLY, 6, ["10.1.2.0/24"], [], "fe80::/64 is not wholly in scope"),
        (SIX_ONLY, 4, ["10.1.2.0/24"], [], "no IPv4 address"),
        (interface(IfAddress("10.1.2.3", 32)), 4, ["10.1.2.3"], [], "10.1.2.3/32 is no subnet"),
        (interface(IfAddress("10.1.2.3", 31)), 4, ["10.1.2.2/31"], [], "10.1.2.2/31 is no subnet"),
        (interface(IfAddress("10.1.2.3", 24), reason="down"), 4, ["10.1.2.0/24"], [], "down"),
        (
            interface(IfAddress("10.1.2.3", 24), multicast=False),
            4,
            ["10.1.2.0/24"],
            [],
            "the interface does not do multicast",
        ),
    ],
)
def test_why_no_multicast_leaves(
    link: Interface, version: int, targets: list[str], exclude: list[str], reason: str
) -> None:
    assert multicast_refusal(build_scope(targets, exclude), link, version) == reason


def test_an_empty_scope_permits_none() -> None:
    assert multicast_refusal(Scope(), FOUR, 4) == "10.1.2.0/24 is not wholly in scope"


def test_the_user_can_name_an_interface_but_not_raise_it_from_the_dead() -> None:
    scope = build_scope(["10.1.2.3"])
    named = frozenset({"eth0"})
    assert multicast_refusal(scope, FOUR, 4, allowed=named) is None
    assert multicast_refusal(scope, FOUR, 4, allowed=frozenset({"eth1"})) is not None
    down = interface(IfAddress("10.1.2.3", 24), reason="down")
    assert multicast_refusal(scope, down, 4, allowed=named) == "down"
