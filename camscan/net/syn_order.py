"""What the two processes of a fast raw sweep say to each other (net/syn_process.py, syn_child.py).

One pickled tuple a message over a socket pair that only these two hold. Memory travels as file
descriptors beside the message.
"""

from __future__ import annotations

import pickle
import socket
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from camscan.net.span_guard import SpanGuard
from camscan.net.syn_cookie import Cookies
from camscan.net.syn_sender import Way

_LARGEST = 65_536
DESCRIPTORS = 250
"""Most descriptors of one message (SCM_MAX_FD is 253)."""


class Setup(NamedTuple):
    """The first message; with it come memory that holds `size` bytes of a pickled Begin, the
    memory of the rates, the lock, and sockets."""

    size: int


class Begin(NamedTuple):
    """What a sender has to know; `sockets` says which of the sockets each of `ways` takes."""

    ways: tuple[Way, ...]
    sockets: tuple[int, ...]
    guard: SpanGuard
    cookies: Cookies
    first_port: int
    last_port: int
    host_gap: float


class Order(NamedTuple):
    """Send round `key` of so many `rows`; with it come its rows and times, and with the first round
    of `targets` (lane, addresses, width, ports) the memory of those."""

    key: int
    rows: int
    port: int
    number: int
    attempt: int
    targets: int
    shape: tuple[int, int, int, int]


class Forget(NamedTuple):
    """No round of `targets` follows."""

    targets: int


class Done(NamedTuple):
    """Round `key` has left, or `error` says why not; key 0: ready for the first one."""

    key: int
    stray: int = 0
    error: str = ""


def send(
    sock: socket.socket, message: Setup | Order | Forget | Done, files: Sequence[int] = ()
) -> None:
    """Raises OSError when nobody reads any more."""
    socket.send_fds(sock, [pickle.dumps(message)], files)


def receive(sock: socket.socket, flags: int = 0) -> tuple[Any, list[int]] | None:
    """The next message and its descriptors; None when the other side is gone."""
    # socket.recv_fds of Python 3.11 does not pass its flags on.
    numbers = array("i")
    room = socket.CMSG_LEN(DESCRIPTORS * numbers.itemsize)
    raw, beside, _, _ = sock.recvmsg(_LARGEST, room, flags)
    for level, kind, data in beside:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    if not raw:
        return None
    return pickle.loads(raw), list(numbers)  # noqa: S301 - the other half of this program
