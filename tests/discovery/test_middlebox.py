"""One firewall or two hundred devices."""

from __future__ import annotations

from camscan.discovery.middlebox import describe, judge, signature
from camscan.model.status import Status

OPEN, SHUT, NONE = Status.OK, Status.REFUSED, Status.TIMED_OUT


def crowd(count, ports, *, rest=0):
    same = {f"10.0.0.{n}": ports for n in range(count)}
    return same | {f"10.0.1.{n}": {80: NONE} for n in range(rest)}


def test_open_everywhere():
    assert judge(crowd(90, {80: OPEN, 443: OPEN}, rest=10)) == ((80, OPEN), (443, OPEN))
    assert judge(crowd(89, {80: OPEN, 443: OPEN}, rest=11)) is None


def test_refused_everywhere_is_a_rejecting_firewall():
    assert judge(crowd(95, {80: SHUT, 443: SHUT}, rest=5)) == ((80, SHUT), (443, SHUT))


def test_open_and_refused_needs_nearly_all():
    assert judge(crowd(95, {80: OPEN, 443: SHUT}, rest=5)) is None
    assert judge(crowd(99, {80: OPEN, 443: SHUT}, rest=1)) is not None


def test_few_addresses_or_silence():
    assert judge(crowd(40, {80: OPEN})) is None
    assert judge(crowd(100, {80: NONE})) is None
    assert judge({}) is None


def test_signature_leaves_silence_out():
    assert signature({443: SHUT, 80: OPEN, 554: NONE}) == ((80, OPEN), (443, SHUT))


def test_describe():
    assert describe(((80, OPEN), (443, SHUT))) == "open 80; refused 443"
