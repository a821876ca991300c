"""What the counts say, and what is done about it."""

from __future__ import annotations

from camscan.discovery.loss import Loss


def test_nothing_lost_nothing_repeated():
    loss = Loss(first=1696)
    assert (loss.share, loss.shows, loss.passes()) == (0.0, False, 0)
    assert "0.0% (0 of 1696 answers)" in loss.describe()
    assert Loss().share == 0.0


def test_more_loss_more_passes():
    assert Loss(first=990, late=10).passes() == 1
    assert Loss(first=950, late=50).passes() == 2
    assert Loss(first=800, late=200).passes() == 3


def test_one_late_answer_is_repeated_but_slows_nothing():
    assert Loss(first=9, late=1).passes() == 3
    assert not Loss(first=9, late=1).shows
    assert not Loss(first=999, late=1).shows
    assert Loss(first=99, late=2).shows


def test_the_sample_speaks_too():
    assert not Loss(known=300, silent=1000).sample_shows
    assert Loss(known=300, lost=3, silent=1000).sample_shows
    assert Loss(silent=1000, found=1).sample_shows
    told = Loss(first=10, known=10, lost=1, silent=20, found=2).describe()
    assert "1 of 10 answering ports silent" in told
    assert "2 of 20 silent ports answered" in told
