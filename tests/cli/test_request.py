"""From options and configuration to what the engine is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from camscan.cli import request
from camscan.cli.request import (
    ScanOptions,
    connected_networks,
    decide,
    private_networks,
    resumed,
    until_moment,
)
from camscan.config import AuthorityConfig, Config, NetworkConfig, ScanConfig, Site
from camscan.errors import ConfigError, ScopeError, StoreError, UsageError
from camscan.inventory.journal import MethodEnded, Record, Saw, Started
from camscan.model.coverage import Method, MethodStatus
from camscan.model.evidence import Evidence
from camscan.model.run import Authority, ScopeRecord
from camscan.net.interface import IfAddress, Interface
from camscan.probes.plan import DEFAULT_PORTS

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LINKS = (
    Interface(name="lo", index=1, addresses=(IfAddress("127.0.0.1", 8),), loopback=True),
    Interface(name="eth0", index=2, addresses=(IfAddress("10.5.0.2", 24),)),
    Interface(name="eth1", index=3, addresses=(), reason="no address"),
)
SITES = {
    "Town": Site(subnets=("10.1.0.0/24",), exclude=("10.1.0.9",)),
    "Hall": Site(subnets=("10.2.0.0/24",)),
}


@pytest.fixture(autouse=True)
def _links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "interfaces", lambda: LINKS)


def test_defaults() -> None:
    plan = decide(ScanOptions(targets=("10.1.0.0/24",)), Config(), NOW)
    assert plan.ports == DEFAULT_PORTS
    assert plan.profile.name == "normal"
    assert plan.authority is None
    assert plan.until is None


def test_exclusions_of_the_configuration_always_win() -> None:
    config = Config(site=SITES, exclude=("10.1.0.8",))
    plan = decide(ScanOptions(targets=("10.1.0.0/24",), exclude=("10.1.0.7",)), config, NOW)
    for address in ("10.1.0.7", "10.1.0.8", "10.1.0.9"):
        assert not plan.scope.permits(address)


def test_listening_alone_needs_no_target_and_permits_nothing() -> None:
    plan = decide(ScanOptions(passive=30.0, exclude=("10.1.0.7",)), Config(), NOW)
    assert plan.passive == 30.0
    assert plan.scope.targets == ()
    assert plan.scope.exclude == ("10.1.0.7",)
    assert plan.scope.address_count == 0
    assert not plan.scope.permits("10.5.0.9")


def test_listening_beside_a_scan() -> None:
    plan = decide(ScanOptions(passive=30.0, targets=("10.1.0.0/24",)), Config(), NOW)
    assert (plan.passive, plan.scope.address_count) == (30.0, 254)
    assert decide(ScanOptions(passive=1.0), Config(targets=("10.1.0.0/24",)), NOW).scope.targets


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_listening_takes_time(seconds: float) -> None:
    with pytest.raises(UsageError, match="--passive"):
        decide(ScanOptions(passive=seconds), Config(), NOW)


def listened(seconds: float | None, *targets: str, until: float = 0.0, done: bool = False):
    """The journal of a run that was killed when it had listened until `until`."""
    scope = ScopeRecord(profile="normal", targets=targets, exclude=("10.1.0.7",), ports=(80,))
    records: list[Record] = [
        Started(
            id="r", at=NOW, tool="1", command="scan", scope=scope, authority=None, passive=seconds
        )
    ]
    for after in (-3600.0, until, 7200.0):  # of a file, heard, and a clock that went wrong
        at = NOW + timedelta(seconds=after)
        records.append(
            Saw(evidence=Evidence(target="10.1.0.3", field="a.b", value="c", method="mdns", at=at))
        )
    if done:
        records.append(
            MethodEnded(method=Method(name="passive", status=MethodStatus.DONE, answered=1))
        )
    return tuple(records)


def test_a_run_that_only_listened_goes_on_for_the_rest_of_its_time() -> None:
    later = NOW + timedelta(seconds=3600)
    plan = resumed(listened(120.0, until=45.5), ScanOptions(), later)
    assert plan.passive == 74.5
    assert plan.scope.targets == ()
    assert plan.scope.exclude == ("10.1.0.7",)
    assert not plan.scope.permits("10.1.0.3")
    for over in (
        listened(120.0, until=150.0),
        listened(120.0, until=45.5, done=True),
        listened(None),  # of an earlier camscan, which did not write for how long
    ):
        assert resumed(over, ScanOptions(), later).passive == 0.0, "it is told what was heard"


def test_a_scan_that_listened_listens_for_the_rest_of_its_time() -> None:
    later = NOW + timedelta(seconds=3600)
    scan = "10.1.0.0/24"
    assert resumed(listened(120.0, scan, until=45.5), ScanOptions(), later).passive == 74.5
    assert resumed(listened(120.0, scan, until=150.0), ScanOptions(), later).passive is None
    assert resumed(listened(120.0, scan, done=True), ScanOptions(), later).passive is None
    assert resumed(listened(None, scan), ScanOptions(), later).passive is None


def test_sites() -> None:
    config = Config(site=SITES)
    one = decide(ScanOptions(sites=("Town",)), config, NOW)
    assert (one.site, one.scope.address_count) == ("Town", 253)
    both = decide(ScanOptions(all_sites=True), config, NOW)
    assert both.site is None
    assert both.scope.site_of("10.2.0.1") == "Hall"
    with pytest.raises(UsageError, match="Town, Hall"):
        decide(ScanOptions(sites=("X",)), config, NOW)
    with pytest.raises(UsageError, match="names no"):
        decide(ScanOptions(all_sites=True), Config(), NOW)


def test_no_target_shows_the_local_networks_and_local_takes_them() -> None:
    with pytest.raises(ScopeError, match=r"10\.5\.0\.0/24.*--local"):
        decide(ScanOptions(), Config(), NOW)
    assert decide(ScanOptions(local=True), Config(), NOW).scope.permits("10.5.0.77")
    assert decide(ScanOptions(), Config(targets=("10.7.0.1",)), NOW).scope.permits("10.7.0.1")


def test_interface_names_are_targets() -> None:
    assert "eth0" in decide(ScanOptions(targets=("eth0",)), Config(), NOW).scope.links


def test_connected_networks_leave_out_loopback_and_unused() -> None:
    found = connected_networks(LINKS)
    assert found == {"eth0": ["10.5.0.0/24"]}
    assert private_networks(found) == ["10.5.0.0/24"]


def test_rate_profile_and_ports() -> None:
    config = Config(scan=ScanConfig(profile="gentle", ports="80"))
    plan = decide(ScanOptions(targets=("10.1.0.1",)), config, NOW)
    assert (plan.profile.name, plan.ports) == ("gentle", (80,))
    fast = decide(ScanOptions(targets=("10.1.0.1",), rate=9000, profile="normal"), config, NOW)
    assert fast.profile.on_link_pps == 9000
    for wrong in (
        ScanOptions(targets=("10.1.0.1",), rate=0),
        ScanOptions(targets=("10.1.0.1",), profile="x"),
    ):
        with pytest.raises(UsageError):
            decide(wrong, Config(), NOW)


def test_authority_of_the_configuration() -> None:
    config = Config(authority=AuthorityConfig(name="IT", scope=("10.9.0.0/16",)))
    with pytest.raises(ScopeError, match="outside the scope of the authority"):
        decide(ScanOptions(targets=("10.1.0.1",)), config, NOW)


def test_until_is_today_or_tomorrow() -> None:
    local = NOW.astimezone()
    later = f"{(local.hour + 1) % 24:02d}:00"
    moment = until_moment(later, NOW)
    assert moment is not None
    assert 0 < (moment - NOW).total_seconds() <= 24 * 3600
    assert until_moment(None, NOW) is None
    for text in ("24:00", "soon", "1"):
        with pytest.raises(UsageError):
            until_moment(text, NOW)


def started() -> Started:
    return Started(
        id="r1",
        at=NOW,
        tool="0",
        command="scan",
        scope=ScopeRecord(
            targets=("10.1.0.0/24",), exclude=("10.1.0.9",), ports=(80, 554), profile="gentle"
        ),
        sites=(("10.1.0.0/24", "Town"),),
        authority=Authority(name="IT"),
        rate=50.0,
    )


def test_a_resumed_run_takes_everything_from_its_journal() -> None:
    plan = resumed([started()], ScanOptions(), NOW)
    assert plan.ports == (80, 554)
    assert not plan.scope.permits("10.1.0.9")
    assert plan.scope.site_of("10.1.0.1") == "Town"
    assert plan.authority == Authority(name="IT")
    assert plan.profile.on_link_pps == 50.0


def test_resume_refuses_other_targets_and_empty_journals() -> None:
    with pytest.raises(UsageError, match="give no target"):
        resumed([started()], ScanOptions(targets=("10.1.0.1",)), NOW)
    with pytest.raises(StoreError, match="no beginning"):
        resumed([], ScanOptions(), NOW)


def test_the_vantage_is_a_network_that_the_configuration_names() -> None:
    networks = (NetworkConfig(name="Guests", cidr="10.30.0.0/16", reaches_cameras=False),)
    config = Config(networks=networks)
    options = ScanOptions(targets=("10.1.0.0/24",))
    assert decide(options, config, NOW).vantage is None
    assert decide(replace(options, vantage="Guests"), config, NOW).vantage == "Guests"
    own = replace(config, scan=ScanConfig(vantage="Guests"))
    assert decide(options, own, NOW).vantage == "Guests"
    with pytest.raises(ConfigError, match=r"--vantage: 'Moon'.*Guests"):
        decide(replace(options, vantage="Moon"), config, NOW)
