"""Peers as real processes: started in a namespace, asked until they answer, ended with a group."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

READY_SECONDS = 25.0

# Runs in the scanner's namespace: asks each HOST:PORT until it answers; prints the silent ones.
# A program may accept before it can answer (Motion, until its source sends pictures).
_ASK = """
import socket, sys, time
deadline = time.monotonic() + float(sys.argv[1])
waiting = set(sys.argv[2:])
def answers(host, port):
    rtsp = port in ("554", "8554")
    request = f"OPTIONS rtsp://{host}:{port}/ RTSP/1.0" if rtsp else "GET / HTTP/1.0"
    with socket.create_connection((host, int(port)), timeout=2) as connection:
        connection.sendall(f"{request}\\r\\nCSeq: 1\\r\\nHost: {host}:{port}\\r\\n\\r\\n".encode())
        return bool(connection.recv(1))
while waiting and time.monotonic() < deadline:
    for item in sorted(waiting):
        host, _, port = item.rpartition(":")
        try:
            if answers(host, port):
                waiting.discard(item)
        except OSError:
            continue
    if waiting:
        time.sleep(0.05)
print(*sorted(waiting))
"""


class PeerProcess:
    """One program of others; its output goes to `log`, its process group ends with `stop`."""

    def __init__(
        self,
        prefix: Sequence[str],
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
    ) -> None:
        self.log = folder / "output.log"
        with self.log.open("wb") as output:
            self._child = subprocess.Popen(
                [*prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, "HOME": str(folder), **environment},
                start_new_session=True,
            )

    def said(self) -> str:
        """How it stands and the end of its output, for a failure message."""
        code = self._child.poll()
        state = "still running" if code is None else f"ended with {code}"
        return f"{state}: {self.log.read_text(errors='replace')[-1500:]}"

    def ask_to_stop(self) -> None:
        """Ask the whole group to end, and do not wait for it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGTERM)

    def stop(self) -> None:
        """End the whole group, politely first."""
        for sign, seconds in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 10.0)):
            try:
                os.killpg(self._child.pid, sign)
            except ProcessLookupError:
                break
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        self._child.wait(10)


def silent_doors(prefix: Sequence[str], doors: Sequence[str]) -> list[str]:
    """Of the `host:port` doors, those that gave no answer to `prefix` within the deadline."""
    done = subprocess.run(
        [*prefix, sys.executable, "-I", "-c", _ASK, str(READY_SECONDS), *doors],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()
