"""Which name a client had been given for an address, and what it asked without connecting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from camscan.sources.dns_message import DnsMessage

_NAMES_PER_CLIENT = 4096
_ALL_NAMES = 30_000
_QUESTIONS = 15_000
_ANSWERS = 16
_NAMES_PER_ADDRESS = 4
_NOWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - answers of filtering resolvers


class Question:
    """One name asked by one client: times, how often, and the addresses it was given.

    `blocked`: the resolver withheld an answer; addresses may have been given at other times.
    `recorded_by` is the source that told of it first, empty where that was not said.
    """

    __slots__ = ("addresses", "blocked", "client", "count", "first", "last", "name", "recorded_by")

    def __init__(self, client: bytes, name: str, at: float) -> None:
        self.client = client
        self.name = name
        self.first = at
        self.last = at
        self.count = 0
        self.blocked = False
        self.recorded_by = ""
        self.addresses: dict[str, None] = {}


class NameTable:
    """Names by client and address, each valid from the time of its answer; bounded."""

    def __init__(self) -> None:
        self._answers: dict[bytes, dict[str, list[tuple[float, str]]]] = {}
        self._questions: dict[tuple[bytes, str], Question] = {}
        self._by_address: dict[str, str | None] | None = None
        self._size = 0
        self.forgotten = 0

    def learn(
        self,
        client: bytes,
        message: DnsMessage,
        at: float,
        *,
        blocked: bool = False,
        recorded_by: str = "",
    ) -> None:
        """Take up one message that `client` sent (question) or was sent (answer).

        An answer of nothing but 0.0.0.0 or :: is a `blocked` one too.
        """
        question = self._question(client, message.name, at)
        if question is None:
            return
        question.recorded_by = question.recorded_by or recorded_by
        question.first = min(question.first, at)
        question.last = max(question.last, at)
        if not message.is_answer:
            question.count += 1
            return
        addresses = [address for address in message.addresses if address not in _NOWHERE]
        if not addresses:
            question.blocked = question.blocked or blocked or bool(message.addresses)
            return
        known = self._answers.setdefault(client, {})
        self._by_address = None
        for address in addresses:
            earlier = known.pop(address, None)
            if earlier is None:
                self._size += 1
                earlier = []
            known[address] = earlier
            if not earlier or earlier[-1][1] != message.name:
                earlier.append((at, message.name))
                earlier.sort()
                del earlier[:-_NAMES_PER_ADDRESS]
            if len(question.addresses) < _ANSWERS:
                question.addresses[address] = None
        while len(known) > _NAMES_PER_CLIENT or self._size > _ALL_NAMES:
            crowded = known if len(known) > 1 else max(self._answers.values(), key=len)
            del crowded[next(iter(crowded))]
            self._size -= 1
            self.forgotten += 1

    def name_of(self, client: bytes, address: str, at: float | None = None) -> str | None:
        """The newest name that `client` was given for `address`, so far or up to the time `at`."""
        known = self._answers.get(client)
        names = known.get(address) if known else None
        if not names:
            return None
        if at is None:
            return names[-1][1]
        return next((name for given, name in reversed(names) if given <= at), None)

    def name_by_others(self, address: str) -> str | None:
        """The name that all clients were given for `address`, None when there are several.

        A camera that asks through a resolver is seen only as that resolver's question.
        """
        if self._by_address is None:
            self._by_address = {}
            for known in self._answers.values():
                for each, names in known.items():
                    for _, name in names:
                        if self._by_address.setdefault(each, name) != name:
                            self._by_address[each] = None
        return self._by_address.get(address)

    def questions(self) -> Iterator[Question]:
        """Every name asked, in the order in which they were first seen."""
        return iter(self._questions.values())

    def questions_from(self, start: int) -> list[Question]:
        """Those after the first `start`."""
        return list(islice(self._questions.values(), start, None))

    def forget_questions(self) -> None:
        """Begin anew with the questions; which addresses names stand for stays known."""
        self._questions.clear()
        self.forgotten = 0

    def _question(self, client: bytes, name: str, at: float) -> Question | None:
        found = self._questions.get((client, name))
        if found is None:
            if len(self._questions) >= _QUESTIONS:
                self.forgotten += 1
                return None
            found = self._questions[client, name] = Question(client, name, at)
        return found
