"""Thousands of connects under way, without a task, a timer and a watcher of the loop for each.

All have the same time to answer, so they end in the order in which they began and one timer serves
them all. The loop watches one epoll object, which watches the sockets and forgets what is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import select
import socket
from collections import deque
from collections.abc import Callable

from camscan.errors import LocalFaultError
from camscan.model.status import Status
from camscan.net.address import SocketAddress
from camscan.net.fault import status_of

Said = Status | LocalFaultError
"""How a connect went, or the fault of this machine that kept it from being made."""

End = Callable[[Said | None], None]

_LATE = 0.005
"""Seconds that several attempts may wait for each other's end."""

_EVENTS = 1024


class _Attempt:
    __slots__ = ("done", "due", "number", "sock")

    def __init__(self, sock: socket.SocketType, due: float, done: End) -> None:
        self.sock: socket.SocketType | None = sock
        self.number = sock.fileno()
        self.due = due
        self.done = done


class Attempts:
    """Connects for `seconds` each. Made in a running loop, on a system with epoll."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._epoll: select.epoll | None = None
        self._by_number: dict[int, _Attempt] = {}
        self._order: deque[_Attempt] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @staticmethod
    def possible() -> bool:
        """Whether this system has what it takes; elsewhere every connect is a task."""
        return hasattr(select, "epoll")

    def __len__(self) -> int:
        return len(self._by_number)

    def start(self, sock: socket.SocketType, where: SocketAddress, done: End) -> None:
        """Connect a non-blocking socket, which is closed in any case; `done` is told how it went,
        OK, REFUSED, TIMED_OUT, UNREACHABLE or a fault, perhaps at once; None when it is dropped.
        """
        try:
            number = sock.connect_ex(where)
        except BaseException:
            sock.close()
            raise
        attempt = _Attempt(sock, self._loop.time() + self._seconds, done)
        if number != errno.EINPROGRESS:
            self._end(attempt, number)
            return
        try:
            if self._epoll is None:
                self._epoll = select.epoll()
                self._loop.add_reader(self._epoll.fileno(), self._ready)
            self._epoll.register(attempt.number, select.EPOLLOUT | select.EPOLLONESHOT)
        except OSError as error:
            # ENOSPC: fs.epoll.max_user_watches; this machine has no room, as with ENOMEM.
            number = error.errno or errno.ENOMEM
            self._end(attempt, errno.ENOMEM if number == errno.ENOSPC else number)
            return
        self._by_number[attempt.number] = attempt
        self._order.append(attempt)
        if self._timer is None:
            self._timer = self._loop.call_at(attempt.due + _LATE, self._expire)

    def drop(self) -> None:
        """Close what is under way."""
        left = list(self._by_number.values())
        self._by_number.clear()
        for attempt in left:
            if attempt.sock is not None:
                attempt.sock.close()
                attempt.sock = None
                attempt.done(None)
        self._order.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._epoll is not None:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None

    def _ready(self) -> None:
        if self._epoll is None:
            return
        for number, _ in self._epoll.poll(0, _EVENTS):
            attempt = self._by_number.get(number)
            if attempt is None or attempt.sock is None:
                continue
            fault = attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not fault and not _connected(attempt.sock):
                # The event was that of an earlier socket of the same number.
                self._epoll.modify(number, select.EPOLLOUT | select.EPOLLONESHOT)
                continue
            del self._by_number[number]
            self._end(attempt, fault)

    def _expire(self) -> None:
        """The time of the oldest is over. What has answered meanwhile counts as answered."""
        self._timer = None
        self._ready()
        now = self._loop.time()
        while self._order and self._order[0].due <= now:
            attempt = self._order.popleft()
            if attempt.sock is not None:
                # More events than one look takes: the socket itself says whether it has answered.
                fault = attempt.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                silent = not fault and not _connected(attempt.sock)
                self._by_number.pop(attempt.number, None)
                self._end(attempt, errno.ETIMEDOUT if silent else fault)
        while self._order and self._order[0].sock is None:
            self._order.popleft()
        if self._order and self._timer is None:
            self._timer = self._loop.call_at(self._order[0].due + _LATE, self._expire)

    def _end(self, attempt: _Attempt, number: int) -> None:
        sock, attempt.sock = attempt.sock, None
        assert sock is not None
        said: Said = Status.OK
        # TCP's simultaneous open: towards an own address the source port can be the very port
        # that is asked for, and the socket has then connected to itself.
        if not number:
            with contextlib.suppress(OSError):
                if sock.getsockname() == sock.getpeername():
                    number = errno.ECONNREFUSED
        # FIN, not RST: why, is said in net/dialer.py.
        sock.close()
        if number:
            try:
                said = status_of(OSError(number, os.strerror(number)), connecting=True)
            except LocalFaultError as fault:
                said = fault
        attempt.done(said)


def _connected(sock: socket.SocketType) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
