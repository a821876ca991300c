"""Some devices of a run."""

import pytest
from msgspec.structs import replace

from camscan.errors import UsageError
from camscan.inventory.selection import Selection, networks_of
from camscan.model.identity import Band


def test_all_kinds_must_fit_and_any_of_a_kind(keyed):
    device = keyed("10.1.0.5")
    for selection in (
        Selection(),
        Selection(makers=("HIKVISION",)),
        Selection(makers=("dahua", "hikvision"), classes=("camera",), sites=("Town",)),
        Selection(subnets=networks_of(["10.1.0.0/24", "10.9.0.0/24"])),
    ):
        assert selection.fits(device)
    for selection in (
        Selection(makers=("dahua",)),
        Selection(makers=("hikvision",), classes=("recorder",)),
        Selection(sites=("Ripon",)),
        Selection(subnets=networks_of(["10.1.1.0/24", "fd00::/8"])),
        Selection(makers=("unknown",)),
    ):
        assert not selection.fits(device)


def test_brands_and_what_is_unknown(keyed, sample_run):
    assert Selection(makers=("annke",)).fits(sample_run.devices[0])
    vague = keyed("10.1.0.5", kind=None, maker=None, site=None)
    assert Selection(makers=("unknown",), classes=("unknown",), sites=("unknown",)).fits(vague)
    device = keyed("10.1.0.5")
    possible = replace(device, maker=replace(device.maker, band=Band.POSSIBLE))
    assert Selection(makers=("unknown",)).fits(possible)
    assert not Selection(makers=("hikvision",)).fits(possible)


def test_a_network_that_is_none():
    with pytest.raises(UsageError, match=r"--subnet 10\.1: neither"):
        networks_of(["10.1"])
