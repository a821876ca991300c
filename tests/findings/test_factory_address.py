import msgspec
import pytest

from camscan.findings.factory_address import FactoryAddress
from camscan.model.coverage import Subnet, SubnetState
from camscan.model.finding import Severity
from camscan.model.identity import Band

SCANNED = (Subnet(cidr="10.1.0.0/24", state=SubnetState.ANSWERED),)
WIDE = (Subnet(cidr="192.168.1.0/24", state=SubnetState.ANSWERED),)


@pytest.fixture(scope="module")
def rule(judge):
    return FactoryAddress(judge)


def test_a_maker_at_its_own_factory_address_is_low(rule, make_claimed, asked_for):
    device = make_claimed("192.168.1.64", "hikvision", "hikvision")
    for subnets in ((), WIDE):
        run = asked_for([device], subnets=subnets)
        (found,) = rule.findings(run)
        assert found.severity is Severity.LOW
        assert found.title.endswith("has the factory address 192.168.1.64")
        assert "may have chosen it on purpose" in found.detail
        assert any("UD04395B" in source for source in found.references)
        assert "public lists" not in found.detail
        assert list(rule.skips(run)) == []


def test_outside_the_scanned_networks_it_is_medium(rule, make_claimed, asked_for):
    device = make_claimed("192.168.1.108", "dahua", "amcrest")
    (found,) = rule.findings(asked_for([device], subnets=SCANNED))
    assert found.severity is Severity.MEDIUM
    assert "outside the networks that were scanned" in found.detail
    assert "as public lists say; no manual of it was seen" in found.detail


def test_a_device_that_nobody_activated_is_medium(rule, make_claimed, said, asked_for):
    device = said(
        make_claimed("192.168.1.64", "hikvision"), ("sadp.activated", "false", "sadp", 37020)
    )
    (found,) = rule.findings(asked_for([device], subnets=WIDE))
    assert found.severity is Severity.MEDIUM
    assert "it has no password yet" in found.detail
    assert "e1" in found.evidence


@pytest.mark.parametrize(
    ("address", "maker", "dhcp", "band"),
    [
        ("192.168.1.108", "hikvision", "false", Band.CONFIRMED),  # Dahua's
        ("192.168.1.65", "hikvision", "false", Band.CONFIRMED),
        ("192.168.1.64", "hikvision", "true", Band.CONFIRMED),
        ("192.168.1.64", "hikvision", "false", Band.POSSIBLE),
    ],
)
def test_what_is_no_factory_address(
    rule, make_claimed, said, asked_for, address, maker, dhcp, band
):
    device = said(make_claimed(address, maker, band=band), ("sadp.dhcp", dhcp, "sadp", 37020))
    assert list(rule.findings(asked_for([device]))) == []


def test_why_nothing_can_be_said(rule, make_claimed, asked_for):
    devices = [
        make_claimed("192.168.1.64", None),
        make_claimed("192.168.1.65", "reolink"),
        msgspec.structs.replace(make_claimed("192.168.1.66", "axis"), addresses=()),
    ]
    assert [skip.reason for skip in rule.skips(asked_for(devices))] == [
        "the maker is unknown: 192.168.1.64",
        "no factory address of this maker is in the data: 192.168.1.65",
        "its address is not known: d-192.168.1.66",
    ]
