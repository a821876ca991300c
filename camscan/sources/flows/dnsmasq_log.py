"""Questions and answers in the log of dnsmasq (`log-queries`) and Pi-hole.

Lines as dnsmasq 2.90 writes them: `query[A] NAME from CLIENT`, then `reply|cached|config NAME is
ADDRESS`, with `log-queries=extra` a number and the client before both. Pi-hole adds `gravity
blocked`, `exactly denied` and `regex denied` (docs.pi-hole.net, FTL). Without that number an answer
is given to those who asked for the name in the seconds before.
"""

from __future__ import annotations

import re

from camscan.sources.flows.dns_kind import kind_of
from camscan.sources.flows.ledger import FlowLedger
from camscan.sources.flows.syslog_line import LogClock
from camscan.sources.flows.total import packed_address

NAME = "dnsmasq"
MARKS = ("dnsmasq",)

_TAG = r"dnsmasq(?:\[\d{1,10}\])?: (?:(?P<serial>\d{1,10}) (?P<asker>[0-9A-Fa-f.:]+)/\d{1,5} )?"
_QUERY = re.compile(_TAG + r"query\[(?P<kind>[^\] ]+)\] (?P<name>\S+) from (?P<client>\S+)")
_SAYS = re.compile(
    _TAG + r"(?P<what>(?:reply|cached|cached-stale|config|DHCP|/\S+|special domain"
    r"|(?:gravity|regex|exactly|external|blocked|upstream|black|deny)[A-Za-z ]{0,40}?))"
    r" (?P<name>\S+) is (?P<value>\S+)"
)
_FORWARD = re.compile(_TAG + r"(?:forwarded|validation|reply error|config error) ")
_BLOCKS = ("blocked", "denied", "blacklisted")
_PATIENCE = 10.0  # seconds: dnsmasq forgets a forwarded question at the latest then
_NAMES = 4096
_CLIENTS = 64


def is_mine(text: str) -> bool:
    """True for a question or an answer."""
    return _QUERY.search(text) is not None or _SAYS.search(text) is not None


def parser(ledger: FlowLedger) -> Dnsmasq:
    """A parser that writes to `ledger`."""
    return Dnsmasq(ledger)


class Dnsmasq:
    """Lines of dnsmasq."""

    def __init__(self, ledger: FlowLedger) -> None:
        self._ledger = ledger
        self._asking: dict[str, dict[str, float]] = {}  # name: client: when
        self._serials: dict[str, tuple[str, str]] = {}  # number: client and name
        self._root: str | None = None  # the name whose CNAME the next lines resolve
        self._target: str | None = None

    def line(self, number: int, text: str, clock: LogClock) -> float | None:
        """Take one question or answer."""
        query = _QUERY.search(text)
        if query is not None:
            at = clock.at(text)
            self._root = None
            self._ask(number, query, at)
            return at
        says = _SAYS.search(text)
        if says is not None:
            at = clock.at(text)
            self._answer(says, at)
            return at
        return clock.at(text) if _FORWARD.search(text) is not None else None

    def finish(self) -> None:
        """Nothing is held back."""

    def _ask(self, number: int, query: re.Match[str], at: float) -> None:
        client, name = query["client"], query["name"].lower()
        if packed_address(client) is None:
            self._ledger.bad(f"line {number}", "the client is no address")
            return
        if not self._ledger.question(client, name, at, kind=kind_of(query["kind"])):
            return
        if query["serial"] is not None:
            if len(self._serials) >= _NAMES:
                del self._serials[next(iter(self._serials))]
            self._serials[query["serial"]] = (client, name)
            return
        clients = self._asking.pop(name, {})
        if len(self._asking) >= _NAMES:
            del self._asking[next(iter(self._asking))]
        self._asking[name] = clients
        clients.pop(client, None)
        if len(clients) >= _CLIENTS:
            del clients[next(iter(clients))]
        clients[client] = at

    def _answer(self, says: re.Match[str], at: float) -> None:
        name, value = says["name"].lower(), says["value"]
        blocked = any(word in says["what"] for word in _BLOCKS)
        addresses = [value] if packed_address(value) is not None else []
        if says["serial"] is not None:
            asked = self._serials.get(says["serial"])
            if asked is not None and (addresses or blocked):
                self._ledger.answer(*asked, addresses, at, blocked=blocked)
            return
        asked_name = self._asked_name(name, is_alias=value == "<CNAME>")
        if not addresses and not blocked:
            return
        clients = self._asking.get(asked_name, {})
        waiting = [client for client, asked in clients.items() if abs(at - asked) <= _PATIENCE]
        for client in waiting[-1:] if blocked else waiting:
            self._ledger.answer(client, asked_name, addresses, at, blocked=blocked)

    def _asked_name(self, name: str, *, is_alias: bool) -> str:
        """The question that a line answers: a CNAME's own lines follow it without naming it."""
        if self._root is not None and self._target in (None, name):
            self._target = None if is_alias else name
            return self._root
        self._root, self._target = (name, None) if is_alias else (None, None)
        return name
