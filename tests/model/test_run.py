"""The run as data."""

from __future__ import annotations

import msgspec
import pytest

from camscan.model.run import Authority, Run


def test_runs_are_frozen(sample_run: Run) -> None:
    with pytest.raises(AttributeError):
        sample_run.schema = "x"  # type: ignore[misc]


def test_authority_uses_the_words_of_the_configuration() -> None:
    data = msgspec.to_builtins(Authority(name="x", valid_from="2026-01-01"))
    assert data["from"] == "2026-01-01"


def test_arrays_are_never_null() -> None:
    schema = msgspec.json.schema(Run)["$defs"]
    for name in ("Run", "Device", "Coverage", "Claim", "EntityClaim", "Conversation", "Finding"):
        for key, value in schema[name]["properties"].items():
            if "array" in str(value.get("type", "")):
                assert "anyOf" not in value, f"{name}.{key}"
