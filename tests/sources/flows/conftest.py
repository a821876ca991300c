"""Log lines read as a file of a known date, for the tests of the readers of logs."""

from __future__ import annotations

import os

import pytest

from camscan.sources.flows.record import FlowRecord
from tests.sources.flows.whole import read_flows

WRITTEN = 1_795_802_500.0  # 27 November 2026, 18:01:40 UTC


@pytest.fixture
def told(tmp_path):
    """Writes lines into a file that last changed at `written`, and reads it."""

    def tell(*lines: str, written: float = WRITTEN, keep=None, name="log", **options) -> FlowRecord:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        os.utime(path, (written, written))
        return read_flows([str(path)], keep, **options)

    return tell
