"""Questions in BIND's query log (category `queries`) and what a response policy withheld (`rpz`).

Lines as BIND 9.18 writes them, into a file or by syslog; the form is described in the BIND 9
Administrator Reference Manual, "The queries Category". Answers are not in it.
"""

from __future__ import annotations

import re

from camscan.sources.flows.dns_kind import kind_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

NAME = "bind"
MARKS = ("query: ", " rpz ")

_CLIENT = (
    r"client (?:@0x[0-9a-f]{1,16} )?(?P<client>[0-9A-Fa-f.:%]+)#\d{1,5}(?: \([^ ]*\))?: "
    r"(?:view [^ ]+: )?"
)
_QUERY = re.compile(_CLIENT + r"query: (?P<name>[^ ]+) [A-Z0-9]+ (?P<kind>[A-Z0-9]+)")
_POLICY = re.compile(
    _CLIENT
    + r"rpz [A-Z-]+ (?P<policy>[A-Za-z-]+) rewrite (?P<name>[^ ]+?)/(?P<kind>[A-Z0-9]+)/[A-Z]+ via "
)
_LETS_PASS = frozenset({"PASSTHRU", "TCP-ONLY", "DISABLED"})


def is_mine(text: str) -> bool:
    """True for a question or a rewritten answer."""
    return _QUERY.search(text) is not None or _POLICY.search(text) is not None


def parser(ledger: FlowLedger) -> Bind:
    """A parser that writes to `ledger`."""
    return Bind(ledger)


class Bind:
    """Lines of BIND."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one question, or one answer that a policy changed."""
        found = _QUERY.search(text)
        rewritten = _POLICY.search(text) if found is None else None
        told = found or rewritten
        if told is None:
            return None
        at = clock.at(text)
        if packed_address(told["client"]) is None:
            self._ledger.bad(f"line {number}", "the client is no address")
        elif found is not None:
            self._ledger.question(told["client"], told["name"], at, kind=kind_of(told["kind"]))
        elif told["policy"].upper() not in _LETS_PASS:
            self._ledger.answer(told["client"], told["name"], (), at, blocked=True)
        return at

    def finish(self) -> None:
        """Nothing is held back."""
