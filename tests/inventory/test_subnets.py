"""Coverage per subnet."""

from __future__ import annotations

from camscan.inventory.subnets import coverage_subnets
from camscan.model.coverage import SubnetState
from camscan.scope import build_scope

SCOPE = build_scope(["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"], ["10.1.0.250-254"])


def test_counts_and_states() -> None:
    rows = coverage_subnets(SCOPE, {"10.1.0.9", "10.1.0.10"}, cut_off={"10.1.2.0/24"})
    assert [(r.cidr, r.targets, r.answered, r.state) for r in rows] == [
        ("10.1.0.0/24", 249, 2, SubnetState.ANSWERED),
        ("10.1.1.0/24", 254, 0, SubnetState.NOT_REACHED),
        ("10.1.2.0/24", 254, 0, SubnetState.CUT_OFF),
    ]
    assert rows[1].reason


def test_what_the_sweep_did_not_reach_is_not_scanned() -> None:
    rows = coverage_subnets(SCOPE, (), swept_until=249 + 254)
    assert [r.state for r in rows] == [
        SubnetState.NOT_REACHED,
        SubnetState.NOT_REACHED,
        SubnetState.NOT_SCANNED,
    ]


def test_zones_and_ipv6() -> None:
    scope = build_scope(["fd00::/120"])
    (row,) = coverage_subnets(scope, {"fd00::9"})
    assert (row.answered, row.state) == (1, SubnetState.ANSWERED)
