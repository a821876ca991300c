"""Standard streams that the caller closed, or that nobody reads any more."""

from __future__ import annotations

import contextlib
import io
import os
import sys


def open_closed_streams() -> None:
    """Give every standard stream that the caller closed (`>&-`) a descriptor again.

    Python leaves such a stream None, and the next file or socket that is opened would take its
    number and receive what is meant for it. Reading or writing fails as it would on the closed
    stream (each is opened for the other direction), so a report is never lost in silence; messages
    on a closed standard error are what the caller gave up.
    """
    for number, name, mode, direction in (
        (0, "stdin", "r", os.O_WRONLY),
        (1, "stdout", "w", os.O_RDONLY),
        (2, "stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is not None:
            continue
        opened = os.open(os.devnull, direction)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)


class _StandardOutput(io.FileIO):
    """Writes to standard output; when the reader has gone, writes to nobody without a fault."""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        try:
            return super().write(data)
        except BrokenPipeError:
            discard_output()
            return len(data)


def prepare_output() -> None:
    """Make standard output forgiving.

    A reader that has enough (`| head -1`) may leave: the command ends with its own exit code,
    where click and rich would end with 1, each in a way of its own. A letter that the locale's
    encoding lacks becomes `?`.
    """
    out = sys.stdout
    if not isinstance(out, io.TextIOWrapper):
        return
    out.reconfigure(errors="replace")
    if out.isatty():
        return
    raw = _StandardOutput(out.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=out.encoding, errors=out.errors, newline=None
    )


def discard_output() -> None:
    """Nobody can take standard output any more: what is still buffered goes nowhere.

    Python would otherwise fail once more at its exit (the library reference on SIGPIPE).
    """
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
