"""The server of a lab as a child process: started, waited for, ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from camscan.errors import LocalFaultError
from camscan.lab.estate import Estate

_STOP_SECONDS = 10.0


def _environment() -> dict[str, str]:
    """The child finds camscan where this process did, installed or not."""
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


class ServerProcess:
    """`python -m camscan.lab.serve`, run behind an optional argv prefix (a namespace)."""

    def __init__(
        self, estate: Estate, arguments: Sequence[str], prefix: Sequence[str] = ()
    ) -> None:
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            [*prefix, sys.executable, "-m", "camscan.lab.serve", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C must end the scan first, not the lab under it
        )
        if self._child.stdin is None or self._child.stdout is None:
            raise LocalFaultError("lab: no pipes to the server process")
        self._stdin = self._child.stdin
        self._stdout = self._child.stdout
        with contextlib.suppress(BrokenPipeError):  # it ended early; wait_ready says why
            self._stdin.write(msgspec.json.encode(estate) + b"\n")
            self._stdin.flush()

    def wait_ready(self, timeout: float = 60.0) -> int:
        """Wait until the ports are open; returns how many. Raises LocalFaultError otherwise."""
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if not selector.select(deadline - time.monotonic()):
                    break
                line = self._stdout.readline().decode("utf-8", "replace").split()
                if not line:
                    break
                if line[0] == "ready":
                    return int(line[1])
        said = self.stop()
        raise LocalFaultError(said or f"lab: the server was not ready within {timeout:.0f} s")

    def stop(self) -> str:
        """End the process (its input closes); returns what it said on standard error.

        A second call does nothing.
        """
        if self._child.stderr is None or self._child.stderr.closed:
            return ""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        said = self._child.stderr.read()
        self._stdout.close()
        self._child.stderr.close()
        return said.decode("utf-8", "replace").strip()
