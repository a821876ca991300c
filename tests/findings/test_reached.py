"""Where a run went."""

import pytest
from msgspec.structs import replace

from camscan.findings.reached import Reached
from camscan.model.coverage import Subnet, SubnetState
from camscan.model.run import MergedRun, RunStatus

COVERED = (Subnet(cidr="10.0.0.0/24", targets=3, state=SubnetState.ANSWERED),)


@pytest.fixture
def of_scope(asked_for, make_device, said):
    """A run over these targets, and a device at 10.0.0.9 of which a port is known."""

    def make(*targets, exclude=(), subnets=COVERED, status=RunStatus.COMPLETE):
        device = said(make_device("10.0.0.9"), ports={80: ("open", None)})
        run = asked_for([device], [80, 443], subnets=subnets)
        scope = replace(run.run.scope, targets=targets, exclude=exclude)
        return replace(run, run=replace(run.run, scope=scope, status=status)), device

    return make


def test_asked_by_the_scope_or_by_the_device(make_device, said, asked_for):
    bare, swept = make_device("10.0.0.1"), said(make_device("10.0.0.2"), ports={80: ("open", None)})
    run = asked_for([bare, swept], [443])
    assert Reached(run).asked(swept, (443,))
    assert Reached(run).asked(swept, (80,))
    assert not Reached(run).asked(swept, (23,))
    assert not Reached(run).asked(bare, (443,)), "it was read from a file, not swept"
    elsewhere = asked_for(
        [swept], [443], subnets=(Subnet(cidr="10.9.0.0/24", state=SubnetState.ANSWERED),)
    )
    assert not Reached(elsewhere).asked(swept, (443,)), (
        "a file knows its ports, the run was not there"
    )
    assert not Reached(elsewhere).scanned(swept)
    both = asked_for(
        [swept],
        [443],
        subnets=tuple(
            Subnet(cidr=cidr, state=SubnetState.ANSWERED)
            for cidr in ("fd00::/64", "10.0.1.0/24", "10.0.0.2/32")
        ),
    )
    assert Reached(both).scanned(swept)
    assert Reached(both).scanned(said(make_device("fd00::2"), ports={80: ("open", None)}))
    assert not Reached(both).scanned(said(make_device("10.0.0.3"), ports={80: ("open", None)}))
    assert Reached(run).scanned(swept)
    assert not Reached(asked_for([swept])).scanned(swept), "nothing was asked at all"
    partial = replace(run, run=replace(run.run, status=RunStatus.PARTIAL))
    assert Reached(partial).asked(swept, (80,))
    assert not Reached(partial).asked(swept, (443,)), "the scan may have ended before"


@pytest.mark.parametrize(
    ("targets", "exclude", "went"),
    [
        (("10.0.0.0/24",), (), True),
        (("10.0.0.1-3", "10.0.0.9"), (), True),
        (("10.0.0.1-3",), (), False),
        (("10.0.0.0/24",), ("10.0.0.8/30",), False),
        (("10.0.0.1", "cameras.example.org"), (), True),
        (("eth7",), ("10.0.0.9",), False),
    ],
)
def test_a_covered_subnet_may_hold_what_the_scope_did_not(of_scope, targets, exclude, went):
    run, device = of_scope(*targets, exclude=exclude)
    assert Reached(run).scanned(device) is went
    assert Reached(run).asked(device, (443,)) is went
    assert Reached(run).asked(device, (80,)), "it is known to be open, whoever asked"


def test_a_scan_that_was_cut_short_proves_nothing(of_scope):
    run, device = of_scope("10.0.0.0/24", status=RunStatus.PARTIAL)
    assert Reached(run).scanned(device)
    assert not Reached(run).asked(device, (443,))


def test_parts_of_a_merged_run_have_a_scope_each(of_scope):
    north, device = of_scope("10.0.0.0/24", exclude=("10.0.0.9",))
    south, _ = of_scope("10.1.0.0/24", subnets=())
    merged = replace(
        north,
        merged=tuple(MergedRun(run=run.run, coverage=run.coverage) for run in (north, south)),
    )
    assert not Reached(merged).scanned(device)
    here, _ = of_scope("10.0.0.9/32", subnets=())
    both = (*merged.merged, MergedRun(run=here.run, coverage=here.coverage))
    assert Reached(replace(merged, merged=both)).asked(device, (443,))
