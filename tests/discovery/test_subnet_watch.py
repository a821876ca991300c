"""Holding back and noticing a cut-off, step by step."""

from __future__ import annotations

from datetime import UTC, datetime

from camscan.discovery.interface import Sighting
from camscan.discovery.subnet_watch import SubnetWatch
from camscan.model.status import Status

AT = datetime(2026, 11, 24, tzinfo=UTC)


def sighting(address, port, status=Status.OK):
    return Sighting(
        address=address, port=port, transport="tcp", status=status, method="tcp-connect", at=AT
    )


def watch(released, *, addresses=100, hold=True):
    return SubnetWatch("10.0.0.0/24", addresses, hold=hold, release=released.append)


def fill(one, port, statuses):
    for _ in statuses:
        one.expect(port)
    for address, status in statuses.items():
        seen = sighting(address, port, status) if status is not Status.TIMED_OUT else None
        one.record(address, port, status, seen)
    assert one.complete(port)


def turn(one, port, answering=(), silent=5):
    """A whole round: these addresses accept, others stay silent."""
    quiet = {f"10.0.9.{n}": Status.TIMED_OUT for n in range(silent)}
    fill(one, port, dict.fromkeys(answering, Status.OK) | quiet)
    return one.note_round(port)


def test_small_subnets_and_links_are_released_at_once():
    for options in ({"addresses": 63}, {"hold": False}):
        released = []
        one = watch(released, **options)
        one.expect(80)
        one.record("10.0.0.1", 80, Status.OK, sighting("10.0.0.1", 80))
        assert len(released) == 1


def test_answers_wait_until_no_crowd_is_possible():
    released = []
    one = watch(released)
    for _ in range(100):
        one.expect(80)
    one.record("10.0.0.1", 80, Status.OK, sighting("10.0.0.1", 80))
    for n in range(10):
        one.record(f"10.0.0.{n + 100}", 80, Status.TIMED_OUT, None)
    assert released == []
    assert one.holds("10.0.0.1")
    one.record("10.0.0.120", 80, Status.UNREACHABLE, None)  # more than a tenth are silent
    assert [s.address for s in released] == ["10.0.0.1"]
    assert not one.holds("10.0.0.1")
    one.record("10.0.0.2", 80, Status.OK, sighting("10.0.0.2", 80))
    assert len(released) == 2  # at once from here on


def test_a_round_of_few_addresses_is_never_held():
    released = []
    one = watch(released)
    for _ in range(63):
        one.expect(80)
    one.record("10.0.0.1", 80, Status.OK, sighting("10.0.0.1", 80))
    assert len(released) == 1


def test_a_suspicious_round_waits_for_the_verdict():
    released = []
    one = watch(released)
    fill(one, 80, {f"10.0.0.{n}": Status.OK for n in range(100)})
    assert released == []
    fill(one, 443, {f"10.0.0.{n}": Status.REFUSED if n < 60 else Status.OK for n in range(100)})
    assert released == []
    assert one.holds("10.0.0.3")
    assert one.finish() is None
    assert len(released) == 200
    assert not one.holds("10.0.0.3")


def test_the_crowd_behind_a_middlebox_is_dropped():
    released = []
    one = watch(released)
    fill(one, 80, {f"10.0.0.{n}": Status.OK for n in range(100)})
    skip = one.finish()
    assert skip is not None
    assert skip.what == "middlebox"
    assert released == []
    assert not one.holds("10.0.0.3")


def test_abandoned_addresses_do_not_keep_a_round_open():
    one = watch([])
    one.expect(80)
    assert not one.complete(80)
    one.abandon(80)
    assert one.complete(80)


ALIVE = tuple(f"10.0.0.{n}" for n in range(5))


def test_silence_is_checked_after_two_four_and_eight_rounds():
    one = watch([], hold=False)
    assert not turn(one, 80, ALIVE)
    asked = [turn(one, port) for port in range(1, 10)]
    assert asked == [False, True, False, True, False, False, False, True, False]
    assert one.witnesses() == (("10.0.0.0", 80), ("10.0.0.1", 80), ("10.0.0.2", 80))


def test_an_answer_ends_the_silence():
    one = watch([], hold=False)
    turn(one, 80, ALIVE)
    assert not turn(one, 443)
    assert not turn(one, 554, ALIVE[:1])
    assert not turn(one, 8000)
    assert turn(one, 8080)


def test_few_hosts_prove_no_cut_off():
    one = watch([], hold=False)
    turn(one, 80, ALIVE[:4])
    assert not any(turn(one, port) for port in range(1, 9))


def test_stop_says_why():
    one = watch([], hold=False)
    turn(one, 80, ALIVE[:1])
    skip = one.stop()
    assert one.stopped
    assert skip.subject == "10.0.0.0/24"
    assert "fell silent together" in skip.reason


def test_silence_in_bulk_and_a_late_answer(bench):
    ctx_now = bench.context("10.88.5.0/24", dialer=object()).now
    released = []
    watch = SubnetWatch("10.88.5.0/24", 254, hold=True, release=released.append)
    watch.expect(80, 254)
    one = Sighting(
        address="10.88.5.1", port=80, transport="tcp", status=Status.OK, method="m", at=ctx_now()
    )
    watch.record("10.88.5.1", 80, Status.OK, one)
    assert released == []
    watch.silence(80, 253)
    assert released == [one]
    assert watch.complete(80)
    late = Sighting(
        address="10.88.5.2", port=80, transport="tcp", status=Status.OK, method="m", at=ctx_now()
    )
    watch.late("10.88.5.2", 80, Status.OK, late)
    assert watch.complete(80)
    assert released == [one, late]
    assert watch.finish() is None
