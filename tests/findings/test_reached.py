"""Where a run went."""

import msgspec
import pytest
from msgspec.structs import replace

from camscan.findings.reached import Reached, reached
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


def test_the_answer_is_kept_for_the_run_at_hand(of_scope):
    run, _ = of_scope("10.0.0.0/24")
    other, _ = of_scope("10.1.0.0/24")
    assert reached(run) is reached(msgspec.structs.replace(run, devices=()))
    assert reached(other) is not reached(run)
