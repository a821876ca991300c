"""Where silence is an answer."""

import pytest
from msgspec.structs import replace

from camscan.inventory.asked import Asked, spans_of
from camscan.model.coverage import Method, MethodStatus, Subnet, SubnetState
from camscan.model.device import Port
from camscan.model.run import MergedRun, RunStatus


def why_not(run, device):
    return Asked(run).why_not(device)


def test_an_address_in_a_subnet_that_answered(keyed, scanned):
    run = scanned()
    assert why_not(run, keyed("10.1.0.5")) is None
    assert why_not(run, keyed("10.1.1.5")) == "nothing at all answered in 10.1.1.0/24"
    assert why_not(run, keyed("10.9.0.5")) == "10.9.0.5 is not in the scope"
    assert why_not(run, keyed("")) == "it has no address that could be asked"
    assert "is no address" in why_not(run, keyed("camera-1"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SubnetState.CUT_OFF, "the hosts of 10.1.0.0/24 fell silent together"),
        (SubnetState.NOT_SCANNED, "the run ended before 10.1.0.0/24"),
    ],
)
def test_a_subnet_that_was_not_wholly_asked(keyed, scanned, state, said):
    run = scanned(subnets=[Subnet(cidr="10.1.0.0/24", targets=254, state=state)])
    assert why_not(run, keyed("10.1.0.5")) == said


def test_exclusions_and_single_addresses(keyed, scanned):
    excluded = scanned(exclude=("10.1.0.4-6",))
    assert why_not(excluded, keyed("10.1.0.5")) == "10.1.0.5 is excluded from the scope"
    assert why_not(excluded, keyed("10.1.0.7")) is None
    some = [Subnet(cidr="10.1.0.0/24", targets=2, answered=1, state=SubnetState.ANSWERED)]
    few = scanned(subnets=some, targets=("10.1.0.5", "cam.example"))
    assert why_not(few, keyed("10.1.0.5")) is None
    assert "2 addresses of 10.1.0.0/24 were asked" in why_not(few, keyed("10.1.0.6"))


def test_a_run_that_ended_early(keyed, scanned):
    broken = scanned(status=RunStatus.PARTIAL, methods=())
    assert "ended before everything" in why_not(broken, keyed("10.1.0.5"))
    method = Method(name="tcp-connect", status=MethodStatus.DONE)
    assert why_not(scanned(status=RunStatus.PARTIAL, methods=(method,)), keyed("10.1.0.5")) is None


def test_a_run_without_a_network(keyed, scanned):
    assert "asked no address" in why_not(scanned(targets=()), keyed("10.1.0.5"))


def test_other_ports_and_large_networks(keyed, scanned):
    camera = keyed(
        "10.1.0.5", ports=(Port(port=8000, transport="tcp", service=None, status="open"),)
    )
    assert "known by port 8000" in why_not(scanned(ports=(80, 554)), camera)
    assert why_not(scanned(ports=(80, 8000)), camera) is None
    wide = [Subnet(cidr="fd00::/64", targets=1 << 64, answered=1, state=SubnetState.ANSWERED)]
    run = scanned(subnets=wide, targets=("fd00::/64",))
    assert "too large" in why_not(run, keyed("fd00::9"))


def test_one_of_several_runs_is_enough(keyed, scanned):
    first, second = scanned(targets=("10.9.0.0/24",), subnets=()), scanned()
    parts = tuple(MergedRun(run=one.run, coverage=one.coverage) for one in (first, second))
    assert why_not(replace(first, merged=parts), keyed("10.1.0.5")) is None
    assert why_not(replace(first, merged=parts[:1]), keyed("10.1.0.5")) is not None


def test_the_narrowest_row_counts(keyed, scanned):
    rows = [
        Subnet(cidr="10.1.0.0/16", targets=65534, answered=1, state=SubnetState.ANSWERED),
        Subnet(cidr="10.1.0.0/28", targets=14, state=SubnetState.NOT_REACHED),
    ]
    assert "10.1.0.0/28" in why_not(scanned(subnets=rows), keyed("10.1.0.5"))
    assert why_not(scanned(subnets=rows), keyed("10.1.0.17")) is None


def test_names_and_files_are_left_out():
    four, six = spans_of(["10.0.0.1", "eth0", "@/etc/hostname", "cam.example", "fd00::1"])
    assert four.total() == six.total() == 1
