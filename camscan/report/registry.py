"""All formats by name."""

from __future__ import annotations

import importlib
from typing import cast

from camscan.errors import UsageError
from camscan.report.interface import Report

FORMATS = ("table", "json", "jsonl", "csv", "html", "contacts")


def report(name: str) -> Report:
    """The format `name`. Raises UsageError naming those that exist."""
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}: choose one of {', '.join(FORMATS)}")
    return cast(Report, importlib.import_module(f"camscan.report.{name}"))
