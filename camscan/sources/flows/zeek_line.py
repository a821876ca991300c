"""Zeek's records as JSON behind the header of syslog, as forwarders write them.

Records as in Zeek's JSON logs; names come before the connection that stated them, for Zeek writes a
connection when it is over. A line that syslog cut is no record any more, and counted as such.
"""

from __future__ import annotations

import re

from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.stated_name import StatedNames
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.zeek_conn import ZeekConnections
from camscan.sources.flows.zeek_logs import ZeekLogs

NAME = "zeek"
MARKS = ('"id.orig_h":',)

_BEGIN = re.compile(r'(?<=[\s:])\{"(?:ts|_path|_system_name|_write_ts)":')


def is_mine(text: str) -> bool:
    """True for a record behind something else."""
    return _BEGIN.search(text) is not None


def parser(ledger: FlowLedger) -> ZeekLine:
    """A parser that writes to `ledger`."""
    return ZeekLine(ledger)


class ZeekLine:
    """Records of one sensor, of any log."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._names = StatedNames(ledger)
        self._connections = ZeekConnections(ledger, self._names)
        self._logs = ZeekLogs(ledger, self._names, self._connections)

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one record; its own time counts."""
        found = _BEGIN.search(text)
        if found is None:
            return None
        at = self._logs.take_json(text[found.start() :].encode("utf-8", "replace"), number)
        return at if at is not None else clock.at(text)

    def finish(self) -> None:
        """Write the names and connections that are still held."""
        self._connections.finish()
        self._names.finish()
