"""Work that a second process does meanwhile, for Python lets one thread of a process run at a time.

The second one is a fork: it has at hand whatever there is, and only results have to come back.
Linux alone, where there is a second core and no thread: anywhere else the work is done here. So it
is where a child ends before its work does, and what was wrong there is then told here.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import IO, Generic, TypeVar

_T = TypeVar("_T")

_LENGTH = struct.Struct("<q")
_FEW = 8  # items that are not worth a process
_HELD = 1 << 20  # bytes of answers that wait: a child shall not


class Meanwhile(Generic[_T]):
    """What `make` gives, which is begun now."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make: Callable[[], _T] | None = make
        self._made: list[_T] = []
        self._child = _child(lambda: (pickle.dumps(make(), pickle.HIGHEST_PROTOCOL),))

    def get(self) -> _T:
        """Waits for it. Raises what `make` raises."""
        if self._make is not None:
            answer = None if self._child is None else self._child.answer()
            self._child = None
            self._made.append(
                self._make() if answer is None else pickle.loads(answer)  # noqa: S301 - our child's
            )
            self._make = None
        return self._made[0]


def shared(work: Callable[[_T], bytes], items: Callable[[], Iterator[_T]]) -> Iterator[bytes]:
    """`work` of each item in their order, every second one from another process. `items` gives the
    same ones each time that it is called."""
    here = items()
    few = list(islice(here, _FEW))
    yield from map(work, few)
    following = next(here, None)
    if following is None:
        return
    child = _child(lambda: map(work, islice(items(), _FEW + 1, None, 2)))
    for place, item in enumerate(chain((following,), here)):
        answer = None
        if place % 2 and child is not None:
            answer = child.answer()
            child = None if answer is None else child
        yield work(item) if answer is None else answer


class _Child:
    """A fork of this process that gives `answers`; it is ended with this object. Raises OSError."""

    def __init__(self, answers: Callable[[], Iterable[bytes]]) -> None:
        reading, writing = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
        if pid == 0:
            _work(writing, answers)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")
        weakref.finalize(self, _end, pid, self._pipe)

    def answer(self) -> bytes | None:
        """The next one; None where the child has ended without it."""
        head = self._pipe.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        answer = self._pipe.read(length)
        return answer if len(answer) == length else None


def _child(answers: Callable[[], Iterable[bytes]]) -> _Child | None:
    if not _worth_while():
        return None
    try:
        return _Child(answers)
    except OSError:  # no process or no pipe can be had
        return None


def _worth_while() -> bool:
    if sys.platform != "linux" or threading.active_count() > 1:
        return False  # a thread's locks would stay locked in a fork
    return len(os.sched_getaffinity(0)) > 1


def _work(writing: int, answers: Callable[[], Iterable[bytes]]) -> None:
    """In the child. Nothing of the parent's may be tidied up here, so that it ends at once."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        gc.disable()  # a look at the parent's objects would make copies of their pages
        _widen(writing)
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for answer in answers():
                _send(pipe, _LENGTH.pack(len(answer)))
                _send(pipe, answer)
    finally:
        os._exit(0)


def _send(pipe: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[pipe.write(left) :]


def _widen(writing: int) -> None:
    import contextlib
    import fcntl

    with contextlib.suppress(OSError):  # a system that allows less
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _HELD)


def _end(pid: int, pipe: IO[bytes]) -> None:
    pipe.close()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
