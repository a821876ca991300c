"""The learned baseline as a file beside the journals: read whole, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec

from camscan.egress.baseline import SCHEMA, Baseline
from camscan.inventory.state_file import read_state, replace_file

NAME = "egress-baseline.json"


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file, an empty one where there is none. Raises StoreError."""
    found = read_state(path, Baseline, SCHEMA)
    return Baseline() if found is None else found


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Replace the file in one step. Raises StoreError; the old file then stays."""
    text = msgspec.json.format(msgspec.json.encode(baseline), indent=1)
    replace_file(path, text + b"\n")
