"""Files of nfcapd read by nfdump itself, a program of the user's machine: no shell, fixed words.

Source: nfdump(1) of nfdump 1.6 and 1.7. `-a` adds up the records of one direction of a
connection, `-O tstart` gives them by time; with TZ=UTC no time depends on this machine.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from camscan.errors import SourceError
from camscan.sources.flows.total import address_text

FIELDS = "%tsr|%ter|%pr|%sa|%sp|%da|%dp|%flg|%ipkt|%ibyt|%opkt|%obyt|%ismc"
OLDEST = (1, 6)
_PACKAGE = "nfdump is not installed: it reads these files (Debian and Ubuntu: apt install nfdump)"
_VERSION = re.compile(r"\b(\d+)\.(\d+)(?:\.(\d+))?\b")
_SUMMARY = re.compile(r"^([A-Za-z][A-Za-z_ ]*?):\s+(\d+)\s*$", re.MULTILINE)
_LINE = 4096
_SECONDS = 60


class Summary(Struct, frozen=True, kw_only=True):
    """What `nfdump -I` says of a file; times are seconds since the epoch."""

    flows: int
    first: float | None
    last: float | None
    lost: int | None


class NfdumpError(Exception):
    """nfdump ended with an error; the text is what it said."""


def find_nfdump() -> str:
    """The program. Raises SourceError when it is missing or older than 1.6."""
    program = shutil.which("nfdump")
    if program is None:
        raise SourceError(_PACKAGE)
    found = _VERSION.search(_said([program, "-V"]))
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise SourceError(f"{program} is not nfdump 1.6 or newer")
    return program


def filter_text(addresses: Collection[bytes] | None, macs: Collection[bytes]) -> str:
    """nfdump's filter for flows from or to these; empty: everything."""
    if addresses is None:
        return ""
    parts = []
    if addresses:
        listed = "\n".join(sorted(map(address_text, addresses)))
        parts.append(f"ip in [\n{listed}\n]")
    parts += [f"mac {mac.hex(':')}" for mac in sorted(macs)]
    return " or\n".join(parts) or "not any"


def summary(program: str, path: Path) -> Summary:
    """The counters of one file. Raises NfdumpError."""
    said = {key: int(value) for key, value in _SUMMARY.findall(_said([program, "-I", *_of(path)]))}
    if "Flows" not in said:
        raise NfdumpError("nfdump -I tells nothing of the file")
    return Summary(
        flows=said["Flows"],
        first=_with_milliseconds(said, "First", "msec_first"),
        last=_with_milliseconds(said, "Last", "msec_last"),
        lost=said.get("Sequence failures"),
    )


def samplers(program: str, path: Path) -> tuple[str, ...]:
    """What `nfdump -E` says of exporters that count only some packets."""
    told = _said([program, "-E", str(path.absolute())]).splitlines()
    return tuple(dict.fromkeys(" ".join(line.split())[:200] for line in told if "Sampler" in line))


@contextmanager
def records(program: str, path: Path, filter_path: Path | None) -> Iterator[Iterator[bytes]]:
    """Lines of FIELDS as they come. Raises NfdumpError, after the last line, when nfdump fails.

    Not aggregated (`-a`): what uses the same ports hour after hour is not one connection.
    """
    command = [program, "-q", "-N", "-6", *_of(path), "-O", "tstart", "-o", f"fmt:{FIELDS}"]
    if filter_path is not None:
        command += ["-f", str(filter_path)]
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603 - fixed words and absolute paths, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(),
        )
        try:
            yield _lines(child, complaints)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _lines(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> Iterator[bytes]:
    assert child.stdout is not None
    while line := child.stdout.readline(_LINE):
        yield line
    if child.wait() != 0:
        complaints.seek(0)
        raise NfdumpError(
            _plain(complaints.read(1000)) or f"nfdump ended with code {child.returncode}"
        )


def _of(path: Path) -> Sequence[str]:
    return ("-r", str(path.absolute()))  # absolute: no path is taken for an option


def _said(command: Sequence[str]) -> str:
    """What a short command prints; empty when it does not start."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and absolute paths, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    return {"TZ": "UTC", "LC_ALL": "C"}


def _with_milliseconds(said: dict[str, int], seconds: str, milliseconds: str) -> float | None:
    return said[seconds] + said.get(milliseconds, 0) / 1000 if said.get(seconds) else None


def _plain(raw: bytes) -> str:
    return " ".join(raw.decode("utf-8", "replace").split())[:300]
