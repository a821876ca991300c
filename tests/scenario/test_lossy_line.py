"""Whole scans over a line that loses frames of both directions and delays the others."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bench.lossy import cross

_MISSING = (
    "root and iproute2"
    if os.geteuid() != 0 or shutil.which("ip") is None
    else ""
    if Path("/dev/net/tun").exists()
    else "/dev/net/tun"
)
PART = "10.98.0.0/26"
"""The cameras and a few addresses where nobody is; each of these is waited for."""


@pytest.mark.root
@pytest.mark.slow(60)
@pytest.mark.skipif(bool(_MISSING), reason=f"a line between two namespaces needs {_MISSING}")
@pytest.mark.parametrize(("loss", "delay", "most"), [(0.05, 0.03, 0), (0.2, 0.0, 1)])
def test_cameras_are_found_behind_a_bad_line(loss: float, delay: float, most: int) -> None:
    crossed = cross(24, loss=loss, delay=delay, network=PART)
    assert crossed.cameras == 24
    assert len(crossed.wrong) <= most, crossed.wrong
    assert "loss at the first attempt" in crossed.sweep
    assert "loss at the first attempt 0.0%" not in crossed.sweep, "it is told"
