"""The clock over a made time: exact, catching up slowly, leaving room for others."""

from __future__ import annotations

from camscan.net.send_clock import CATCH_UP, SendClock


class World:
    def __init__(self):
        self.now = 100.0
        self.others = 0

    def send(self, clock, seconds, *, stall=0.0):
        """Send batches for a time; the packets that left."""
        sent, end = 0, self.now + seconds
        while True:
            due = max(clock.wait_until(), self.now + stall)
            if due >= end:
                self.now = end
                return sent
            self.now = due
            size = clock.batch(480)
            clock.took(size)
            sent += size


def test_the_rate_is_held():
    for rate in (100, 2_000, 50_000, 200_000):
        world = World()
        clock = SendClock(rate, clock=lambda world=world: world.now)
        assert abs(world.send(clock, 10) - 10 * rate) <= 0.005 * rate + 480


def test_a_stall_is_made_up_for_slowly():
    world = World()
    clock = SendClock(10_000, clock=lambda: world.now)
    world.send(clock, 1)
    world.now += 0.5
    after = world.send(clock, 1)
    assert 10_300 < after <= 10_000 * CATCH_UP + 300
    world.now += 60
    assert world.send(clock, 100) <= 10_000 * 101 + 300  # at most a second is owed


def test_what_others_send_counts():
    world = World()
    clock = SendClock(1_000, others=lambda: world.others, clock=lambda: world.now)
    sent = 0
    for _ in range(10):
        world.others += 50
        sent += world.send(clock, 0.1)
    assert abs(sent - 500) <= 60


def test_another_rate():
    world = World()
    clock = SendClock(10_000, clock=lambda: world.now)
    world.send(clock, 1)
    clock.change(5_000)
    assert clock.per_second == 5_000
    assert abs(world.send(clock, 2) - 10_000) <= 100


def test_batches_last_a_millisecond_and_five_when_they_are_overdue():
    world = World()
    for rate, on_time, overdue in ((10, 1, 1), (10_000, 10, 50), (1_000_000, 480, 480)):
        clock = SendClock(rate, clock=lambda: world.now)
        assert clock.batch(480) == on_time
        world.now += 1
        assert clock.batch(480) == overdue
