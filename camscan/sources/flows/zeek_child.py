"""The process that reads parts of a log, and nothing else: zeek_process.py starts it.

It ends when its standard input does, also by the death of the reading.
"""

from __future__ import annotations

import gc
import pickle
import signal
import sys
from collections.abc import Sequence
from typing import BinaryIO

from camscan.errors import SourceError
from camscan.sources.flows.zeek_part import GivenNames, Order, PartRead, read_part

_GARBAGE = 1_000_000


def main(arguments: Sequence[str] = ()) -> None:
    """Read what is ordered until there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reading to act on
    gc.set_threshold(_GARBAGE)  # tables of texts, without cycles: to look for these is a third
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(orders: BinaryIO, answers: BinaryIO) -> None:
    """The first message is what is kept and the names, each other one an Order."""
    keep, given = pickle.load(orders)  # noqa: S301 - from the process that started this one
    names = GivenNames(given)
    while True:
        try:
            order: Order = pickle.load(orders)  # noqa: S301
        except EOFError:
            return
        told: PartRead | None = None
        try:
            told = read_part(order, keep, names)
        except SourceError:
            told = None  # whoever reads it in its turn says why
        pickle.dump(told, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
