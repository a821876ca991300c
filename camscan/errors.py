"""The exception tree: local faults only; a remote fault is a value (model/status.py).

CamscanError
├── UsageError          the caller asked for something that cannot be (exit code 2)
│   ├── ScopeError      a target, exclusion, site or authority forbids the run
│   └── ConfigError     camscan.toml, overrides or a sites file is wrong; names file and key
├── DataError           fingerprint data does not load; names file, rule and what to do
├── SourceError         a file to read is missing, unreadable or of no known format
│   └── NoSourceError   it can be read, and is empty or of no known format
├── StoreError          a run cannot be found, read or written
└── LocalFaultError     this machine refuses: no permission, no interface, no memory, disk full
"""

from __future__ import annotations


class CamscanError(Exception):
    """Base of every local fault; the message says what to do. `exit_code` is the process's."""

    exit_code = 1


class UsageError(CamscanError):
    """The request itself is wrong."""

    exit_code = 2


class ScopeError(UsageError):
    """The targets, exclusions, sites or the authority do not permit this run."""


class ConfigError(UsageError):
    """A configuration file is wrong; the message names the file and the key."""


class DataError(CamscanError):
    """Fingerprint data does not load; the message names the file and the rule."""


class SourceError(CamscanError):
    """A source file is missing, unreadable or of no known format."""


class NoSourceError(SourceError):
    """A file that can be read and is no source: `reason` says why, without its name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason = reason


class StoreError(CamscanError):
    """A run cannot be found, read or written."""


class LocalFaultError(CamscanError):
    """This machine refuses the operation; the message names the permission or resource."""


def first_fault(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first exception of a group that is no group itself: it speaks for the others.

    Raise it from an `except ExceptionGroup` block. What is raised in an `except*` block is wrapped
    in a group again by the first releases of Python 3.11 (PEP 654).
    """
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
