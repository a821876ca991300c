"""Processes that read parts of a large conn.log at the same time.

Python lets one thread of a process run at a time: more than one core needs more processes.
"""

from __future__ import annotations

import pickle
import queue
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import IO, Self, cast

from camscan.sources import own_process
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.zeek_part import Order, PartRead

_MOST = 3  # processes: what they need of memory counts


def processes() -> int:
    """How many are worth their while on this machine."""
    return min(_MOST, own_process.cores())


class PartReaders:
    """Processes that are ended with this object. Raises OSError where none can be had."""

    def __init__(
        self, count: int, keep: Keep, names: Mapping[object, tuple[str | None, str | None]]
    ) -> None:
        self._count = count
        self.readers: list[_Reader] = []
        self._idle: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(count, "zeek-part")
        try:
            for _ in range(count):
                self.readers.append(_Reader((keep, names)))
        except OSError:
            self.close()
            raise
        for reader in self.readers:
            self._idle.put(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes: nothing of them is needed any more."""
        for reader in self.readers:
            reader.kill()
        self._threads.shutdown(cancel_futures=True)
        for reader in self.readers:
            reader.close()

    def read(self, orders: Iterable[Order]) -> Iterator[PartRead | None]:
        """What each part told, in the order of the orders; None: it is to be read here."""
        waiting: deque[Future[PartRead | None]] = deque()
        for order in orders:
            waiting.append(self._threads.submit(self._ask, order))
            if len(waiting) > self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _ask(self, order: Order) -> PartRead | None:
        reader = self._idle.get()
        try:
            return reader.ask(order)
        except (OSError, EOFError, pickle.UnpicklingError):  # it has ended
            return None
        finally:
            self._idle.put(reader)


class _Reader:
    """One process; `setup` goes to it with the first order."""

    def __init__(self, setup: object) -> None:
        self._setup = setup
        self._child = own_process.start("camscan.sources.flows.zeek_child")

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

    def ask(self, order: Order) -> PartRead | None:
        """Raises OSError, EOFError or UnpicklingError when the process has ended."""
        orders, answers = cast(IO[bytes], self._child.stdin), cast(IO[bytes], self._child.stdout)
        if self._setup is not None:
            pickle.dump(self._setup, orders, protocol=pickle.HIGHEST_PROTOCOL)
            self._setup = None
        pickle.dump(order, orders)
        orders.flush()
        return cast("PartRead | None", pickle.load(answers))  # noqa: S301 - from our own child

    def kill(self) -> None:
        """It holds nothing that must be kept."""
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        """Close the pipes, when no thread waits for them any more."""
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet has no reader
                    pipe.close()
