"""All formats by name."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import cast

from camscan.errors import UsageError
from camscan.inventory.streamed import Walk
from camscan.report.bom import WithBom
from camscan.report.interface import AheadReport, Report

FORMATS = (
    "table",
    "json",
    "jsonl",
    "csv",
    "csv-findings",
    "csv-conversations",
    "html",
    "pdf",
    "contacts",
    "junit",
    "sarif",
    "markdown",
    "netbox",
    "foi",
    "foi-markdown",
)
_BOM = "-bom"
_NO_FINDINGS = frozenset(
    {"contacts", "csv", "csv-conversations", "foi", "foi-markdown", "jsonl", "netbox"}
)


def tells_findings(name: str) -> bool:
    """False for a format that shows neither findings nor what was not checked."""
    return name.removesuffix(_BOM) not in _NO_FINDINGS


def asked_ahead(names: Iterable[str]) -> tuple[Walk[object], ...]:
    """What these formats ask of all conversations of a run."""
    forms = map(report, names)
    return tuple(dict.fromkeys(form.ahead for form in forms if isinstance(form, AheadReport)))


def report(name: str) -> Report:
    """The format `name`; `-bom` behind one of CSV puts a byte order mark before it.

    Raises UsageError naming those that exist.
    """
    bare = name.removesuffix(_BOM)
    if bare not in FORMATS or (bare != name and not bare.startswith("csv")):
        raise UsageError(f"unknown format {name!r}: choose one of {', '.join(FORMATS)}")
    module = importlib.import_module(f"camscan.report.{bare.replace('-', '_')}")
    form = cast(Report, module)
    return form if bare == name else WithBom(form)
