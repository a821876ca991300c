"""What a value says, as a number: values of one number mean the same, whatever else they hold.

What a value of a device's own says - its MAC address, its serial number, its model number - stands
beside the number. Model numbers are alike when the same grammars and relations know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from msgspec import Struct

from camscan.matching.compile import Hit
from camscan.matching.gather import MAC_FIELDS
from camscan.matching.match import Matcher
from camscan.matching.names import Named
from camscan.matching.numbers import Numbered

MOST_KINDS = 32768
# What is concluded of one value of these is concluded of any other, a model number of a kind.
_OWN: Final = frozenset({"mac", "serial", "model"})

# Whose name and whose number a value holds.
_Told = tuple[Named | None, Numbered | None]
_UNTOLD: Final[_Told] = (None, None)


class Trace(Struct, frozen=True):
    """What a value says: an equal `kind` is equal in everything but `own`, attributes and values.

    Its kind tells how many `own` has, and of which attributes.
    """

    kind: int
    own: tuple[tuple[str, str], ...] = ()


def case_of(
    signature: list[object], own: list[tuple[str, str]]
) -> tuple[tuple[object, ...] | None, dict[str, str]]:
    """The case of a target, and what is its own, from the kinds and ports of what says something.

    No case: no other target can be alike.
    """
    values = dict(own)
    if len(values) < len(own):
        several = {attribute for attribute, value in own if value != values[attribute]}
        if several - {"model"}:
            # Which of two addresses leads depends on both, and no other target has them.
            return None, values
        if several:
            signature += [value for attribute, value in own if attribute == "model"]
            del values["model"]
    return tuple(signature), values


class Tracer:
    """Looks at values; remembers which kinds there are, not the values."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._gatherer = matcher.gatherer
        self._vocabulary = matcher.fingerprints.vocabulary
        self._kinds: dict[object, int] = {}
        self._rules: dict[tuple[object, ...], Trace | None] = {}
        self._numbers = count()

    def trace(self, field: str, value: str) -> Trace | None:
        """What `value` says; None for nothing."""
        return self.traces(field, (value,))[0]

    def traces(self, field: str, values: Sequence[str]) -> list[Trace | None]:
        """The same of each value; many of one field are quicker together."""
        gatherer = self._gatherer
        hits = gatherer.rules.search_all(field, values) or [()] * len(values)
        speaking = gatherer.speaking(field, values)
        if field in MAC_FIELDS and not speaking and not any(hits):
            return [self._address(field, value) for value in values]
        told = [_UNTOLD] * len(values)
        for at in speaking:
            value = values[at]
            named, numbered = gatherer.named(field, value), gatherer.numbered(field, value)
            if named is not None or numbered is not None:
                told[at] = named, numbered
        direct = gatherer.is_direct(field)
        look = self._trace if direct else self._of_rules
        return [
            look(field, value, found, *names) if found or direct or names is not _UNTOLD else None
            for value, found, names in zip(values, hits, told, strict=True)
        ]

    def _address(self, field: str, value: str) -> Trace | None:
        """What a MAC address says that no rule hits."""
        mac, owner = self._gatherer.hardware(value)
        if mac is None and owner is None:
            return None
        kind = field, None if owner is None else owner.prefix, mac is not None
        return Trace(self._number(kind), () if mac is None else (("mac", mac),))

    def _number(self, kind: tuple[object, ...]) -> int:
        if len(self._kinds) >= MOST_KINDS:
            # Numbers are never used again, so an old trace is never taken for a new kind.
            self._kinds.clear()
            self._rules.clear()
        return self._kinds.setdefault(kind, next(self._numbers))

    def _of_rules(
        self,
        field: str,
        value: str,
        hits: tuple[Hit, ...],
        named: Named | None,
        numbered: Numbered | None,
    ) -> Trace | None:
        """As `_trace`, of a value of which nothing else says anything: most say what others did."""
        rules: list[object] = [field, self._vocabulary.is_editable(field, value)]
        for hit in hits:
            rules.append(hit.rule.id)
            if hit.captures:
                rules.append(tuple(hit.captures.items()))
        if named is not None:
            rules.append((named.id, named.brand, named.model))
        if numbered is not None:
            rules.append((numbered.grammar.id, numbered.model, None, None))
        key = tuple(rules)
        trace = self._rules.get(key)
        if trace is None:
            trace = self._trace(field, value, hits, named, numbered)
            if len(self._rules) >= MOST_KINDS:
                self._rules.clear()
            self._rules[key] = trace
        return trace

    def _trace(
        self,
        field: str,
        value: str,
        hits: tuple[Hit, ...],
        named: Named | None,
        numbered: Numbered | None,
    ) -> Trace | None:
        """What a value says that hits hit and that holds a name or number."""
        gatherer = self._gatherer
        owner = said = None
        own: list[tuple[str, str]] = []
        if field in MAC_FIELDS:
            mac, owner = gatherer.hardware(value)
            if mac is not None:
                own.append(("mac", mac))
        elif field == "wsd.endpoint":
            owner = gatherer.owner(field, value)
        else:
            said = gatherer.told(field, value)
        silent = owner is None and said is None and named is None and numbered is None
        if silent and not hits and not own:
            return None
        kind = (
            field,
            # The prefix is all that its owner is found by.
            None if owner is None else owner.prefix,
            len(own),
            named and (named.id, named.brand),
            named and named.model and self._stated("model", named.model, own),
            numbered and (numbered.grammar.id, self._stated("model", numbered.model, own)),
            said and self._stated(said.attribute, said.value, own),
            hits and self._vocabulary.is_editable(field, value),
            tuple([(hit.rule.id, *self._caught(hit, own)) for hit in hits]) if hits else (),
        )
        return Trace(self._number(kind), tuple(own))

    def _caught(self, hit: Hit, own: list[tuple[str, str]]) -> Iterator[object]:
        """What a hit says beyond what its rule asserts of all."""
        asserts = hit.rule.asserts
        for attribute, text in asserts.items():
            if attribute in _OWN:
                yield self._read(attribute, text, own)
        for attribute, text in sorted(hit.captures.items()):
            if attribute not in asserts:
                yield self._read(attribute, text, own)

    def _read(self, attribute: str, text: str, own: list[tuple[str, str]]) -> object:
        """What a text says of an attribute, and what is a device's own of it put aside."""
        if attribute not in _OWN:
            return attribute, text
        normal = self._gatherer.normal(attribute, text)
        return (attribute, None) if normal is None else self._stated(attribute, normal[1], own)

    def _stated(self, attribute: str, value: str, own: list[tuple[str, str]]) -> object:
        """What a normal value says of an attribute, and what is a device's own of it put aside."""
        if attribute not in _OWN:
            return attribute, value
        own.append((attribute, value))
        if attribute == "mac":
            owner = self._gatherer.owner("mac.address", value)
            return attribute, owner and owner.prefix
        return attribute, self._matcher.known_models(value) if attribute == "model" else ()
