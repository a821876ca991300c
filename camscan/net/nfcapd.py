"""nfdump's collector nfcapd as a child: it takes NetFlow and IPFIX and writes a file each 2 s.

Source: nfcapd(1) of nfdump 1.6 and 1.7. It only listens.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from ipaddress import ip_address
from pathlib import Path

from camscan.errors import LocalFaultError

INTERVAL = 2
"""Seconds after which it begins a new file: the least that nfcapd takes."""
_STARTED = re.compile(r"Startup nfcapd|Bound to")
_COUNTS = re.compile(r"Sequence Errors: (\d+), Bad Packets: (\d+)")
_FINISHED = re.compile(r"nfcapd\.\d{12,14}")  # the present one is nfcapd.current.PROCESS
_PATIENCE = 10.0
_PR_SET_PDEATHSIG = 1


class Collector:
    """Listens on `bind`:`port` until `close`. Raises LocalFaultError when it cannot.

    `failures` are gaps in the exporters' sequence numbers, `bad` packets that could not be read,
    both as nfcapd counts them.
    """

    def __init__(self, port: int, bind: str = "127.0.0.1") -> None:
        program = shutil.which("nfcapd")
        if program is None:
            raise LocalFaultError(
                "nfcapd is not installed: it takes NetFlow (Debian and Ubuntu: apt install nfdump)"
            )
        self.failures = 0
        self.bad = 0
        self._said: list[str] = []
        self._started = threading.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="camscan-nfcapd-")
        words = [program, "-t", str(INTERVAL), "-w", self._folder.name]
        words += ["-p", str(port), "-b", bind]
        if ip_address(bind).version == 6:
            words.append("-6")
        try:
            self._child = subprocess.Popen(  # noqa: S603 - no shell, fixed words
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
                start_new_session=True,  # Ctrl-C is for camscan, which ends it in order
            )
        except OSError as error:
            self._folder.cleanup()
            raise LocalFaultError(f"nfcapd does not start: {error.strerror}") from error
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._started.wait(_PATIENCE)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(0.2)  # a port in use ends it at once
        if not self.alive:
            self.close()
            why = "; ".join(self._said[-3:]) or "it ended at once"
            raise LocalFaultError(f"nfcapd does not listen on {bind} port {port}: {why}")

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._child.poll() is None

    def files(self) -> list[Path]:
        """The finished files, oldest first; whoever has read one unlinks it."""
        return sorted(
            path for path in Path(self._folder.name).iterdir() if _FINISHED.fullmatch(path.name)
        )

    def stop(self) -> list[Path]:
        """End it; the files that are left."""
        if self.alive:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._reader.join(_PATIENCE)
        return self.files()

    def close(self) -> None:
        """End it and remove its files."""
        self.stop()
        if self._child.stderr is not None:
            self._child.stderr.close()
        self._folder.cleanup()

    def _read(self) -> None:
        assert self._child.stderr is not None
        for line in self._child.stderr:
            counts = _COUNTS.search(line)
            if counts is not None:
                self.failures += int(counts[1])
                self.bad += int(counts[2])
                continue
            self._said.append(line.strip())
            del self._said[:-20]
            if _STARTED.search(line):
                self._started.set()
        self._started.set()


def _end_with_parent() -> None:
    """In the child: end when camscan is killed, so that no collector is left behind (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
