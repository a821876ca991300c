from __future__ import annotations

import pytest

from camscan.net.profile import PROFILES


@pytest.mark.parametrize(
    ("name", "on_link", "syn", "udp", "probe_gap"),
    [
        ("gentle", 100, 100, 100, 1.0),
        ("normal", 2000, 500, 200, 0.05),
        ("thorough", 10000, 10000, 10000, 0.05),
    ],
)
def test_the_figures_of_the_contract(
    name: str, on_link: int, syn: int, udp: int, probe_gap: float
) -> None:
    profile = PROFILES[name]
    assert profile.name == name
    assert (profile.on_link_pps, profile.routed_syn_pps, profile.routed_udp_pps) == (
        on_link,
        syn,
        udp,
    )
    assert profile.host_gap == 0.020
    assert profile.probe_gap == probe_gap


def test_normal_asks_for_a_second_and_listens_one_and_a_half() -> None:
    assert PROFILES["normal"].ask_seconds == 1.0
    assert PROFILES["normal"].listen_seconds == 1.5


def test_a_rate_of_the_user_replaces_rates_and_syn_gap_only() -> None:
    faster = PROFILES["normal"].with_rate(50_000)
    assert faster.on_link_pps == faster.routed_syn_pps == faster.routed_udp_pps == 50_000
    assert faster.host_gap == 0.0
    assert faster.probe_gap == PROFILES["normal"].probe_gap
    assert PROFILES["normal"].on_link_pps == 2000
