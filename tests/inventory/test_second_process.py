"""Work shared with a second process."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from camscan.inventory import second_process
from camscan.inventory.second_process import Meanwhile, shared

forks = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux alone")
# Python 3.12 warns of it, and the runner of tests has threads.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
ITEMS = tuple(range(50))


def items() -> Iterator[int]:
    return iter(ITEMS)


def text_of(item: int) -> bytes:
    return b"%d" % item * (item + 1)


def who_made(item: int) -> bytes:
    return b"%d" % os.getpid()


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_threads", lambda: 1)  # the runner of tests may have more
    if sys.platform == "linux":
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


@pytest.fixture
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux":
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})


def children() -> int:
    """How many this process still has."""
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def descriptors() -> int:
    """How many are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@forks
@pytest.mark.usefixtures("two_cores")
def test_every_second_item_is_worked_on_by_another_process_in_order() -> None:
    before = children()
    assert list(shared(text_of, items)) == list(map(text_of, ITEMS))
    pids = list(shared(who_made, items))
    assert set(pids[:9]) == {who_made(0)}, "a few are not worth a process"
    assert len(set(pids)) == 2
    assert pids.count(who_made(0)) < 35
    assert children() == before


@pytest.mark.usefixtures("one_core")
def test_one_core_does_it_alone() -> None:
    assert set(shared(who_made, items)) == {who_made(0)}
    assert Meanwhile(os.getpid).get() == os.getpid()


@forks
@pytest.mark.usefixtures("two_cores")
def test_with_a_thread_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "_threads", lambda: 2)
    assert Meanwhile(os.getpid).get() == os.getpid()


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("number", [0, 1, 8, 9, 10, 11])
def test_few_items(number: int) -> None:
    assert list(shared(text_of, lambda: iter(range(number)))) == list(map(text_of, range(number)))


@forks
@pytest.mark.usefixtures("two_cores")
def test_a_result_is_made_meanwhile_once() -> None:
    before = children()
    meanwhile = Meanwhile(lambda: ("made", os.getpid()))
    assert meanwhile.get() is meanwhile.get()
    assert meanwhile.get()[1] != os.getpid()
    assert children() == before


@forks
@pytest.mark.usefixtures("two_cores")
def test_long_answers_pass() -> None:
    long = [bytes([65 + number % 20]) * (1 << 21) for number in range(14)]
    assert list(shared(lambda one: one, lambda: iter(long))) == long


@forks
@pytest.mark.usefixtures("two_cores")
def test_a_child_leaves_others_alone() -> None:
    first = Meanwhile(lambda: os.getpid())
    second = Meanwhile(lambda: (os.getpid(), first.get()))
    here, there = second.get()
    assert here == there, "made anew"
    assert first.get() not in {here, os.getpid()}


def test_what_is_not_long_is_made_when_it_is_asked_for() -> None:
    made: list[int] = []
    meanwhile = Meanwhile(lambda: made.append(1), long=False)
    assert not made
    meanwhile.get()
    meanwhile.get()
    assert made == [1]


@forks
@pytest.mark.usefixtures("two_cores")
def test_a_child_has_no_child() -> None:
    pids = Meanwhile(lambda: (os.getpid(), Meanwhile(os.getpid).get())).get()
    assert pids[0] == pids[1] != os.getpid()


@pytest.mark.usefixtures("two_cores")
def test_what_is_wrong_is_told_here() -> None:
    def fail(item: int) -> bytes:
        if item == 21:
            raise ValueError(item)
        return text_of(item)

    made = []
    with pytest.raises(ValueError, match="21"):
        made.extend(shared(fail, items))
    assert made == list(map(text_of, range(21)))
    with pytest.raises(ValueError, match="21"):
        Meanwhile(lambda: fail(21)).get()


@forks
@pytest.mark.usefixtures("two_cores")
def test_a_child_that_dies_is_no_loss() -> None:
    parent = os.getpid()

    def dies(item: int) -> bytes:
        if item == 25 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return text_of(item)

    assert list(shared(dies, items)) == list(map(text_of, ITEMS))
    assert Meanwhile(lambda: dies(25)).get() == text_of(25)


@forks
@pytest.mark.usefixtures("two_cores")
def test_a_walk_that_is_given_up_ends_its_child() -> None:
    before = children()
    walk = shared(text_of, items)
    assert [next(walk) for _ in range(12)] == list(map(text_of, range(12)))
    walk.close()  # type: ignore[attr-defined]
    Meanwhile(os.getpid)
    assert children() == before


@forks
@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("refused", ["fork", "pipe"])
def test_where_no_process_can_be_had_the_work_is_done_here(
    refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise BlockingIOError

    opened = descriptors()
    monkeypatch.setattr(os, refused, refuse)
    assert list(shared(text_of, items)) == list(map(text_of, ITEMS))
    assert descriptors() == opened


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@pytest.mark.usefixtures("two_cores")
def test_other_systems_do_it_alone(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process.sys, "platform", platform)
    make: Callable[[], int] = os.getpid
    assert Meanwhile(make).get() == os.getpid()
