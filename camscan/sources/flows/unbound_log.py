"""Questions in the log of Unbound: log-queries, log-replies, log-local-actions.

Lines as Unbound 1.17 writes them, by syslog or into its own file (time in brackets or as text),
also with log-tag-queryreply; unbound.conf(5) names the options. Replies hold no addresses. Actions
of local zones that withhold an answer make a question a blocked one; one's own names do not.
"""

from __future__ import annotations

import re

from camscan.sources.flows.dns_kind import kind_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

NAME = "unbound"
MARKS = ("unbound",)

_TAG = re.compile(
    r"unbound(?:\[\d{1,10}(?::\w{1,10})?\])?:? (?:\[\d{1,10}:\w{1,10}\] )?"
    r"(?:info|query|reply): "
)
_CLASSES = ("IN", "CH", "HS", "CLASS")
_WITHHOLDS = frozenset(
    {"deny", "refuse", "always_refuse", "always_nxdomain", "always_nodata", "always_deny"}
    | {"always_null", "inform_deny", "inform_redirect", "redirect", "block_a"}
)


def is_mine(text: str) -> bool:
    """True for a question, a reply or an action of a local zone."""
    found = _TAG.search(text)
    return found is not None and _words(text, found) is not None


def parser(ledger: FlowLedger) -> Unbound:
    """A parser that writes to `ledger`."""
    return Unbound(ledger)


class Unbound:
    """Lines of Unbound."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._has_questions = False

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one question; a reply stands for it where questions are not logged."""
        found = _TAG.search(text)
        words = _words(text, found) if found is not None else None
        if words is None:
            return None
        at = clock.at(text)
        if "@" in words[2]:
            client = words[2].partition("@")[0]
            if words[1] in _WITHHOLDS:
                self._ledger.answer(client, words[3], (), at, blocked=True)
            return at
        is_question = len(words) == 4
        self._has_questions = self._has_questions or is_question
        if is_question or not self._has_questions:
            self._ledger.question(words[0], words[1], at, kind=kind_of(words[2]))
        return at

    def finish(self) -> None:
        """Nothing is held back."""


def _words(text: str, found: re.Match[str]) -> list[str] | None:
    """The words of a question (4), a reply (8 or more) or a local action (6), else None."""
    words = text[found.end() :].split()
    if len(words) == 6 and "@" in words[2] and words[5].startswith(_CLASSES):
        return words if packed_address(words[2].partition("@")[0]) is not None else None
    if len(words) != 4 and len(words) < 8:
        return None
    if not words[3].startswith(_CLASSES) or packed_address(words[0]) is None:
        return None
    return words
