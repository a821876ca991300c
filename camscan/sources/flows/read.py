"""Which reader takes which file: every one is asked, by content, never by the file's name."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import cast

from camscan.errors import SourceError
from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.record import FlowRecord
from camscan.sources.flows.source import FirstBytes, FlowSource, Reading
from camscan.sources.paths import expand
from camscan.sources.source_file import SourceFile

MODULES = (
    "pcap",
    "zeek",
    "nfdump",
    "nfdump_text",
    "suricata",
    "conntrack",
    "adguard_log",
    "windows_dns",
    "syslog",
)
"""Modules of this package, in the order in which they are asked: syslog takes lines of any kind."""


def flow_source(module: str) -> FlowSource:
    """A module of MODULES, imported when it is first needed."""
    return cast(FlowSource, importlib.import_module(f"camscan.sources.flows.{module}"))


def format_of(file: SourceFile) -> str:
    """The module that reads a file. Raises SourceError when there is none or it is empty."""
    head = file.head()
    if not head:
        raise SourceError(f"{file.name}: is empty")
    for module in MODULES:
        if flow_source(module).sniff(head):
            return module
    names = ", ".join(flow_source(module).NAME for module in MODULES)
    raise SourceError(f"{file.name}: is none of the formats that are read: {names}")


def read_flows(
    words: Sequence[str],
    keep: Keep | None = None,
    first_bytes: FirstBytes | None = None,
    *,
    zone: tzinfo = UTC,
) -> FlowRecord:
    """Read files, directories and globs of any formats together. Raises SourceError.

    `first_bytes` tells P2P libraries apart, `zone` is that of times in logs that name none.
    """
    reading = Reading(keep if keep is not None else Keep(), zone, first_bytes)
    by_module: dict[str, list[SourceFile]] = {}
    for path in expand(words):
        file = SourceFile(path)
        by_module.setdefault(format_of(file), []).append(file)
    for module, files in by_module.items():
        flow_source(module).read(files, reading)
    return record_of(reading)
