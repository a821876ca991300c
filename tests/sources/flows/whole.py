"""A whole reading for tests, step by step as `camscan egress` does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from camscan.sources.flows.join import record_of
from camscan.sources.flows.ledger import Keep
from camscan.sources.flows.read import read_into
from camscan.sources.flows.record import FlowRecord
from camscan.sources.flows.source import FirstBytes, Reading


def read_flows(
    words: Sequence[str],
    keep: Keep | None = None,
    first_bytes: FirstBytes | None = None,
    *,
    zone: tzinfo = UTC,
) -> FlowRecord:
    """Everything that files, directories and globs hold."""
    reading = Reading(keep if keep is not None else Keep(), zone, first_bytes)
    read_into(words, reading)
    return record_of(reading)
