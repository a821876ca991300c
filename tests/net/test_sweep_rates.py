"""Rates and counts in memory that another process may open."""

from __future__ import annotations

import os

from camscan.net.sweep_rates import SweepRates


def test_both_see_what_one_sets():
    ours = SweepRates()
    theirs = SweepRates(os.dup(ours.memory.descriptor))
    ours.change(2000, 500)
    theirs.count(7)
    theirs.count_syn(3)
    assert (theirs.total, theirs.routed) == (2000, 500)
    assert (ours.passed(), ours.passed_syn()) == (7, 3)
