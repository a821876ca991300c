"""Without anybody who listens a sweep knows of nothing and waits for nobody."""

from __future__ import annotations

from camscan.discovery.sweep_events import SweepEvents


def test_by_default_nothing_is_known_and_everybody_is_told():
    events = SweepEvents()
    assert not events.done("10.0.0.1", 80)
    assert events.known is None
    assert events.awaited is None
    for told in (events.on_address("a"), events.on_block(0, 1), events.on_progress(3)):
        assert told is None
