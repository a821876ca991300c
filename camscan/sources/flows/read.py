"""Which reader takes which file: every one is asked, by content, never by the file's name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import cast

from camscan.errors import NoSourceError
from camscan.sources.flows.source import FlowSource, Reading
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
    "journald",
    "syslog",
)
"""Modules of this package, in the order in which they are asked: syslog takes lines of any kind."""


def flow_source(module: str) -> FlowSource:
    """A module of MODULES, imported when it is first needed."""
    return cast(FlowSource, importlib.import_module(f"camscan.sources.flows.{module}"))


def format_of(file: SourceFile) -> str:
    """The module that reads a file. Raises NoSourceError when there is none or it is empty."""
    head = file.head()
    if not head:
        raise NoSourceError(file.name, "is empty")
    for module in MODULES:
        if flow_source(module).sniff(head):
            return module
    names = ", ".join(flow_source(module).NAME for module in MODULES)
    raise NoSourceError(file.name, f"is none of the formats that are read: {names}")


def read_into(
    words: Sequence[str], reading: Reading, stop: Callable[[], bool] | None = None
) -> None:
    """Read files, directories and globs of any formats into a reading that may hold more.

    What a directory or glob holds beside sources is passed over, and said. `stop` ends it early, in
    order, and every source that is not read to its end says so. Raises SourceError, for a file
    without flows where it is named itself or where no other has any.
    """
    by_module: dict[str, list[SourceFile]] = {}
    others: list[tuple[str, NoSourceError]] = []
    for path in expand(words):
        file = SourceFile(path, stop)
        try:
            by_module.setdefault(format_of(file), []).append(file)
        except NoSourceError as error:
            if path in words:
                raise
            others.append((path, error))
    if others and not by_module:
        raise others[0][1]
    for path, other in others:
        reading.pass_over(path, other.reason)
    for module, files in by_module.items():
        flow_source(module).read(files, reading)
