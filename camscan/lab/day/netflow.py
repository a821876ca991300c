"""The day as NetFlow: nfdump's own nfpcapd makes its files from the capture."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from camscan.errors import LocalFaultError

_DAY = "86400"


def write_netflow(folder: Path, capture: Path) -> tuple[Path, ...] | None:
    """Files of nfdump in `folder`, made of `capture`; None where nfpcapd is not installed.

    Raises LocalFaultError when nfpcapd fails.
    """
    program = shutil.which("nfpcapd")
    if program is None:
        return None
    folder.mkdir(exist_ok=True)
    for old in folder.glob("nfcapd.*"):
        old.unlink()  # nfpcapd would add to it
    command = [program, "-r", str(capture), "-w", str(folder), "-t", _DAY]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise LocalFaultError(f"nfpcapd ended with code {done.returncode}: {done.stderr.strip()}")
    return tuple(sorted(folder.glob("nfcapd.*")))
