"""Which name a client had been given for an address, and what it asked without connecting."""

from __future__ import annotations

from collections.abc import Iterator

from camscan.sources.dns_message import DnsMessage

_NAMES_PER_CLIENT = 4096
_ALL_NAMES = 30_000
_QUESTIONS = 15_000
_ANSWERS = 16


class Question:
    """One name asked by one client: times, how often, and the addresses it was given."""

    __slots__ = ("addresses", "client", "count", "first", "last", "name")

    def __init__(self, client: bytes, name: str, at: float) -> None:
        self.client = client
        self.name = name
        self.first = at
        self.last = at
        self.count = 0
        self.addresses: dict[str, None] = {}


class NameTable:
    """Names by client and address, valid from the time of the answer; bounded."""

    def __init__(self) -> None:
        self._answers: dict[bytes, dict[str, str]] = {}
        self._questions: dict[tuple[bytes, str], Question] = {}
        self._size = 0
        self.forgotten = 0

    def learn(self, client: bytes, message: DnsMessage, at: float) -> None:
        """Take up one message that `client` sent (question) or was sent (answer)."""
        question = self._question(client, message.name, at)
        if question is None:
            return
        question.first = min(question.first, at)
        question.last = max(question.last, at)
        if not message.is_answer:
            question.count += 1
            return
        if not message.addresses:
            return
        known = self._answers.setdefault(client, {})
        for address in message.addresses:
            if known.pop(address, None) is None:
                self._size += 1
            known[address] = message.name
            if len(question.addresses) < _ANSWERS:
                question.addresses[address] = None
        while len(known) > _NAMES_PER_CLIENT or self._size > _ALL_NAMES:
            crowded = known if len(known) > 1 else max(self._answers.values(), key=len)
            del crowded[next(iter(crowded))]
            self._size -= 1
            self.forgotten += 1

    def name_of(self, client: bytes, address: str) -> str | None:
        """The newest name that `client` was given for `address` so far."""
        known = self._answers.get(client)
        return known.get(address) if known else None

    def questions(self) -> Iterator[Question]:
        """Every name asked, in the order in which they were first seen."""
        return iter(self._questions.values())

    def _question(self, client: bytes, name: str, at: float) -> Question | None:
        found = self._questions.get((client, name))
        if found is None:
            if len(self._questions) >= _QUESTIONS:
                self.forgotten += 1
                return None
            found = self._questions[client, name] = Question(client, name, at)
        return found
