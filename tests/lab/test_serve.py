"""The server's command line and its limits."""

from __future__ import annotations

import resource
import subprocess
import sys

import msgspec

from camscan.lab.estates import small
from camscan.lab.serve import raise_file_limit


def test_the_soft_limit_goes_up_to_the_hard_one_and_no_further() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_it_is_ready_answers_and_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "camscan.lab.serve", "--base", "127.252"],
        input=msgspec.json.encode(small()) + b"\n",
        capture_output=True,
        timeout=30,
        check=True,
    )
    word, count = done.stdout.split()
    assert word == b"ready"
    assert int(count) > 20
    assert done.stderr == b""


def test_without_a_network_it_prints_its_usage() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "camscan.lab.serve"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"--base" in done.stderr
