"""Grammars from their tables."""

from __future__ import annotations

import msgspec
import pytest

from camscan.errors import DataError
from camscan.matching.grammar import FirmwareTable, ModelTable, build_firmware, build_model


def test_class_is_written_class() -> None:
    table = msgspec.convert(
        {"id": "x.m", "regex": "^X", "class": "camera", "examples": ["X"], "source": ["manual: x"]},
        ModelTable,
    )
    grammar = build_model(table, owner="x", file="f")
    assert (grammar.device_class, grammar.brand, grammar.owner) == ("camera", None, "x")


def test_model_without_example() -> None:
    with pytest.raises(DataError, match=r"f: model x\.m: no example"):
        build_model(ModelTable(id="x.m", regex="^X", source=("manual: x",)), owner="x", file="f")


def test_firmware_expects_only_version_and_build() -> None:
    table = FirmwareTable(
        id="x.f", regex="^V", examples=({"text": "V1", "model": "1"},), source=("manual: x",)
    )
    with pytest.raises(DataError, match="`model`, which nothing captures"):
        build_firmware(table, owner="x", file="f")
