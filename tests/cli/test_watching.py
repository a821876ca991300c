"""The loop with a source that does as it is told: periods, losses, the end."""

import time

import pytest

from camscan.cli.stopping import Stopping
from camscan.cli.watching import Watching
from camscan.egress.analyse import Inputs
from camscan.egress.baseline import Baseline, Expectations
from camscan.egress.geo import Geo
from camscan.egress.policy import Policy
from camscan.findings.inventory import with_inventory_findings
from camscan.matching.data import data_root
from camscan.matching.load import load
from camscan.model.flow import Origin
from camscan.sources.flows.join import named_flows
from camscan.sources.flows.source import Reading


class Source:
    """One call a period, to the same peer; loses a record at each look."""

    waits = False

    def __init__(self, reading):
        self.lost = 0
        self.problem = "not closed"
        self.began = 0
        self._begin(reading)

    def _begin(self, reading):
        self.began += 1
        self.told = False
        self.ledger = reading.ledger("test")
        self.ledger.open("test")
        self.reading = reading

    def beyond(self):
        return {}

    def take(self, seconds):
        self.lost += 1
        if self.told:
            return []
        self.told = True
        at = time.time()
        self.ledger.flow("10.66.1.10", "36.110.220.15", "udp", 9000, first=at, packets_out=1,
                         packets_in=0, bytes_out=68, bytes_in=0, origin=Origin.FIRST)  # fmt: skip
        self.ledger.saw(1, at, at)
        return named_flows(self.reading)

    def renew(self, reading):
        self.ledger.close(lost=0)
        self._begin(reading)

    def close(self, problem):
        self.problem = problem
        self.ledger.close(problem=problem)
        return []


@pytest.fixture
def watching():
    inputs = Inputs(
        run=None,
        policy=Policy(),
        geo=Geo(()),
        fingerprints=load(data_root(None)),
        usual=Expectations(Baseline()),
        all_devices=True,
    )
    reading = Reading(inputs.keep)
    source = Source(reading)
    told, kept, said = [], [], []
    made = Watching(reading, [source], inputs, tell=told.append, keep=kept.append, say=said.append)
    return made, source, told, kept, said


def test_a_run_for_each_period_and_nobody_is_told_twice(watching):
    made, source, told, kept, said = watching
    made.run(Stopping(), seconds=2.0, every=0.7)
    assert len(kept) >= 3
    assert len({run.run.id for run in kept}) == len(kept)
    assert source.began == len(kept)
    for run in kept:
        (conversation,) = run.conversations
        assert (conversation.count, run.run.status) == (1, "complete")
    assert len(told) == 1
    assert source.problem is None
    assert said[-1].endswith("in all")


def test_a_signal_ends_it_with_a_partial_run(watching):
    made, source, _, kept, _ = watching
    stopping = Stopping()
    stopping.stopped = True
    made.run(stopping, seconds=None, every=86_400)
    assert source.problem == "ended by a signal"
    assert [run.run.status for run in kept] == ["partial"]


def test_a_kept_run_has_the_findings_that_need_no_traffic(watching):
    made, source, _, _, _ = watching
    kept = []
    inputs = made._inputs
    own = Watching(
        source.reading,
        [source],
        inputs,
        tell=lambda event: None,
        keep=kept.append,
        say=lambda text: None,
        found=lambda run: with_inventory_findings(run, inputs.fingerprints),
    )
    own.run(Stopping(), seconds=0.1, every=86_400)
    (run,) = kept
    assert "unexpected-egress" in {finding.rule for finding in run.findings}
    assert "reachable-camera" in {skip.what for skip in run.coverage.skips}
