"""Recorded answers of data/samples.jsonl: bytes, and what a reader must make of them."""

from __future__ import annotations

import json
from typing import Any

from camscan.protocols.decoded import Decoded
from tests.protocols.inquiry_samples import DATA

SAMPLES: dict[str, dict[str, Any]] = {
    sample["id"]: sample
    for line in DATA.read_text("utf-8").splitlines()
    if (sample := json.loads(line))
}
ABOUT = ("do_not_store", "result", "command", "xor_key_ascii", "tlv_bytes")
"""Keys of `expect` that are not fields."""
NOT_SET = "0.0.0.0"


def raw(name: str) -> bytes:
    """The bytes of a sample."""
    sample = SAMPLES[name]
    data: str = sample["data"]
    return bytes.fromhex(data) if sample["encoding"] == "hex" else data.encode()


def expected(name: str, family: str, renamed: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Fields of `family` that the sample's `expect` names; `renamed` where ours are called so."""
    found: dict[str, list[str]] = {}
    for key, value in SAMPLES[name]["expect"].items():
        if key in ABOUT or value in (None, NOT_SET):
            continue
        values = value if isinstance(value, list) else [value]
        field = f"{family}.{(renamed or {}).get(key, key)}"
        found[field] = [_text(each) for each in values]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def by_field(decoded: Decoded) -> dict[str, list[str]]:
    """All values of each field, in order."""
    found: dict[str, list[str]] = {}
    for field, value in decoded.fields:
        found.setdefault(field, []).append(value)
    return found


def assert_says(decoded: Decoded, fields: dict[str, list[str]]) -> None:
    """Every expected field is there with exactly its values."""
    said = by_field(decoded)
    assert {field: said.get(field) for field in fields} == fields
