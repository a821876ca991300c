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
import weakref
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Generic, TypeVar

from camscan.sources.own_process import cores

_T = TypeVar("_T")

_LENGTH = struct.Struct("<q")
_FEW = 8  # items that are not worth a process


class _State:
    """`second` is True in a child, which has the second core."""

    second = False


_state = _State()


class Meanwhile(Generic[_T]):
    """What `make` gives, which is begun now where it is `long`."""

    def __init__(self, make: Callable[[], _T], *, long: bool = True) -> None:
        self._make: Callable[[], _T] | None = make
        self._made: list[_T] = []
        self._child = (
            _child(lambda: (pickle.dumps(make(), pickle.HIGHEST_PROTOCOL),)) if long else None
        )

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
        self._owner = os.getpid()
        weakref.finalize(self, _end, self._owner, pid, self._pipe)

    def answer(self) -> bytes | None:
        """The next one; None where the child has ended without it, or is another process's."""
        if self._owner != os.getpid():
            return None
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
    if _state.second or sys.platform != "linux" or _threads() > 1:
        return False  # a thread's locks would stay locked in a fork
    return cores() > 1


def _threads() -> int:
    """Also those that libraries have begun, of which `threading` knows nothing."""
    return len(list(Path("/proc/self/task").iterdir()))


def _work(writing: int, answers: Callable[[], Iterable[bytes]]) -> None:
    """In the child. Nothing of the parent's may be tidied up here, so that it ends at once."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        _state.second = True
        gc.disable()  # a look at the parent's objects would make copies of their pages
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


def _end(owner: int, pid: int, pipe: IO[bytes]) -> None:
    if owner != os.getpid():
        return  # a fork of the owner has no say in it
    pipe.close()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
