"""How long a host is waited for."""

from __future__ import annotations

from camscan.probes.patience import LEAST, TIMES, Patience


def test_a_host_that_has_not_answered_gets_all_the_time_there_is() -> None:
    assert Patience().of("http") is None


def test_a_slow_host_is_given_many_times_its_quickest_answer() -> None:
    patience = Patience()
    patience.note("http", 0.5)
    patience.note("http", 0.2)
    patience.note("http", 0.3)
    assert patience.of("http") == TIMES * 0.2


def test_a_quick_host_is_not_hurried() -> None:
    patience = Patience()
    patience.note("http", 0.001)
    assert patience.of("http") == LEAST


def test_plain_answers_say_nothing_of_tls() -> None:
    patience = Patience()
    patience.note("http", 0.01)
    assert patience.of("https") is None
