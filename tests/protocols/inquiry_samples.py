"""Recorded answers to vendors' inquiries, by the name of their protocol in the recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "samples.jsonl"


def samples(protocol: str) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Bytes and expectation of each recording of `protocol`, by id."""
    found: dict[str, tuple[bytes, dict[str, Any]]] = {}
    for line in DATA.read_text("utf-8").splitlines():
        record = json.loads(line)
        if record["protocol"] == protocol:
            data = record["data"]
            raw = bytes.fromhex(data) if record["encoding"] == "hex" else data.encode()
            found[record["id"]] = (raw, record["expect"])
    return found
