"""Standard streams that the caller closed, or that nobody reads any more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow(20)

ROOT = Path(__file__).parents[2]
NEEDS_SHELL = pytest.mark.skipif(os.name != "posix", reason="closing a stream is a shell's doing")
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`line` in bash, with $CAMSCAN; pipes end with the code of camscan."""
    environment = {
        **os.environ,
        "CAMSCAN": f"{sys.executable} -m camscan",
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(folder),
    }
    return subprocess.run(
        ["bash", "-c", line], env=environment, capture_output=True, text=True, check=False
    )


@NEEDS_SHELL
@pytest.mark.parametrize(
    "command",
    ["schema run", "fp list", "fp show hikvision", "--help", "doctor", "identify x.jsonl"],
)
def test_a_reader_that_has_enough_is_no_fault(command: str, tmp_path: Path) -> None:
    source = tmp_path / "x.jsonl"
    source.write_text('{"target": "a", "field": "http.server", "value": "App-webs/"}\n')
    line = command.replace("x.jsonl", str(source))
    # The reader is gone before the first byte is written.
    done = shell(
        f"mkfifo {tmp_path}/go; (read -r _ < {tmp_path}/go; $CAMSCAN {line}; echo $? >&2) | "
        f"(exec <&-; echo gone > {tmp_path}/go)",
        tmp_path,
    )
    assert done.stderr == "0\n"


@NEEDS_SHELL
@NEEDS_FULL
@pytest.mark.parametrize("command", ["schema run", "fp list", "doctor", "identify"])
def test_a_full_disk_is_said_in_one_line(command: str, tmp_path: Path) -> None:
    banner = "HTTP/1.1 200 OK\\r\\nServer: App-webs/\\r\\n\\r\\n"
    done = shell(f"printf '{banner}' | $CAMSCAN {command} > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("camscan: cannot ")
    assert "standard output: No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1


@NEEDS_SHELL
def test_closed_streams_are_said(tmp_path: Path) -> None:
    read = shell("$CAMSCAN identify <&-", tmp_path)
    assert (read.returncode, read.stderr) == (
        1,
        "camscan: cannot read standard input: Bad file descriptor\n",
    )
    egress = shell("$CAMSCAN egress - --all-devices <&-", tmp_path)
    assert egress.returncode == 1
    assert "standard input" in egress.stderr
    assert egress.stderr.count("\n") == 1
    for command in ("schema run", "fp list", "doctor"):
        written = shell(f"$CAMSCAN {command} >&-", tmp_path)
        assert written.returncode == 1
        assert written.stderr.endswith("standard output: Bad file descriptor\n")


@NEEDS_SHELL
def test_a_closed_standard_error_costs_nothing(tmp_path: Path) -> None:
    done = shell("$CAMSCAN scan 127.0.0.1 --ports 1 -o json:- 2>&-", tmp_path)
    assert done.returncode == 0
    assert '"status": "complete"' in done.stdout


@NEEDS_SHELL
def test_a_letter_that_the_locale_lacks_stops_nothing(tmp_path: Path) -> None:
    for command in ("fp list", "schema config"):
        done = shell(f"PYTHONIOENCODING=ascii $CAMSCAN {command}", tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.isascii()
