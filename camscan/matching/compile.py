"""Rules compiled per field: tables for literal texts, RE2 sets for the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import unquote

from msgspec import Struct

from camscan.errors import DataError
from camscan.matching.pattern import (
    SET_SIZE,
    VALUE_LIMIT,
    Pattern,
    PatternSet,
    all_encoded,
    escape,
)
from camscan.matching.rule import Operator, Rule
from camscan.matching.screen import same_up_to, uncounted
from camscan.matching.vocabulary import Vocabulary

CACHE_ENTRIES = 8192
CACHE_VALUE = 512
_NO_RULES: list[Rule] = []


class Hit(Struct, frozen=True):
    """A rule that matched a value, and what its named groups caught."""

    rule: Rule
    captures: dict[str, str]


class _FieldIndex:
    """The rules of one field. Sets and patterns compile when the field is first asked for."""

    __slots__ = (
        "_bare",
        "_brief",
        "_equals",
        "_percent",
        "_plain",
        "_prefixes",
        "_searched",
        "_sets",
        "_short",
        "_single",
    )

    def __init__(self, rules: Collection[Rule], *, percent: bool) -> None:
        self._equals: dict[str, list[Rule]] = {}
        # By the first character and the length.
        self._prefixes: dict[str, dict[int, dict[str, list[Rule]]]] = {}
        self._searched: list[Rule] = []
        self._sets: list[tuple[PatternSet, list[Rule]]] | None = None
        # Those that catch something or are exact only on their own, compiled when first needed.
        self._single: dict[str, Pattern] = {}
        # For values that reach none of its long counts, a pattern without them is much smaller.
        self._short: dict[str, Pattern] = {}
        self._brief = {rule.id: same_up_to(rule.text) for rule in rules if _looked_at(rule)}
        self._bare = {rule.id: Hit(rule, {}) for rule in rules if "(?P<" not in rule.text}
        self._plain = {rule.id: Hit(rule, {}) for rule in rules if not _looked_at(rule)}
        self._percent = percent
        prefixes: dict[int, list[Rule]] = {}
        for rule in rules:
            match rule.operator:
                case Operator.EQUALS:
                    self._equals.setdefault(rule.text, []).append(rule)
                case Operator.PREFIX:
                    prefixes.setdefault(len(rule.text), []).append(rule)
                case _:
                    self._searched.append(rule)
        for length, group in prefixes.items():
            for rule in group:
                table = self._prefixes.setdefault(rule.text[0], {}).setdefault(length, {})
                table.setdefault(rule.text, []).append(rule)

    def _compile(self) -> list[tuple[PatternSet, list[Rule]]]:
        sets = []
        for start in range(0, len(self._searched), SET_SIZE):
            sets += _sets(self._searched[start : start + SET_SIZE])
        return sets

    def prepare(self) -> None:
        """Compile everything now."""
        _ = self.sets
        for rule in self._searched:
            if rule.id not in self._plain:
                self._single[rule.id] = _pattern(rule)

    @property
    def sets(self) -> list[tuple[PatternSet, list[Rule]]]:
        if self._sets is None:
            self._sets = self._compile()
        return self._sets

    def _hit(self, rule: Rule, value: bytes) -> Hit | None:
        """The hit of a rule that a set found; None where its set asks for less than the rule."""
        brief = len(value) <= self._brief[rule.id]
        if brief and (hit := self._bare.get(rule.id)):
            # Of a value that reaches none of its long counts its set knows enough.
            return hit
        patterns = self._short if brief else self._single
        pattern = patterns.get(rule.id)
        if pattern is None:
            pattern = patterns[rule.id] = _pattern(rule, endless=patterns is self._short)
        captures = pattern.captures(value)
        if captures is None:
            return None
        if self._percent:
            captures = {key: unquote(text) for key, text in captures.items()}
        return Hit(rule, {key: text.strip() for key, text in captures.items()})

    def _literal(self, value: str) -> list[Rule]:
        """Rules that state how a value begins, or the whole of it."""
        found = self._equals.get(value, _NO_RULES)
        if begins := self._prefixes.get(value[:1]):
            for length, table in begins.items():
                if begun := table.get(value[:length]):
                    found = [*found, *begun]
        return found

    def search(self, values: Sequence[str]) -> list[tuple[Hit, ...]]:
        """By value, all rules of this field that match it, literal ones first."""
        if max(map(len, values), default=0) > VALUE_LIMIT:
            values = [value[:VALUE_LIMIT] for value in values]
        sets = self.sets
        if self._equals or self._prefixes:
            rules = [self._literal(value) for value in values]
        else:
            rules = [_NO_RULES] * len(values)
        data = all_encoded(values)
        for pattern_set, searched in sets:
            for place, hits in pattern_set.found(data):
                rules[place] = [*rules[place], *[searched[index] for index in hits]]
        return [
            self._hits(found, value) if found else ()
            for value, found in zip(data, rules, strict=True)
        ]

    def _hits(self, rules: list[Rule], value: bytes) -> tuple[Hit, ...]:
        plain = self._plain
        hits = [plain.get(rule.id) or self._hit(rule, value) for rule in rules]
        return tuple([hit for hit in hits if hit is not None])


def _looked_at(rule: Rule) -> bool:
    """True for a rule that a set does not answer for."""
    if rule.operator is not Operator.REGEX:
        return False
    return "(?P<" in rule.text or uncounted(rule.text) != rule.text


def _sets(rules: list[Rule]) -> list[tuple[PatternSet, list[Rule]]]:
    """As few sets as RE2 compiles: each one takes a walk through the value of its own."""
    patterns = [
        escape(rule.text) if rule.operator is Operator.CONTAINS else uncounted(rule.text)
        for rule in rules
    ]
    try:
        found = PatternSet(patterns)
    except DataError:
        for rule in rules:
            _pattern(rule)
        raise
    if found.compiled or len(rules) == 1:
        return [(found, rules)]
    middle = len(rules) // 2
    return [*_sets(rules[:middle]), *_sets(rules[middle:])]


def _pattern(rule: Rule, *, endless: bool = False) -> Pattern:
    text = escape(rule.text) if rule.operator is Operator.CONTAINS else rule.text
    if endless:
        text = uncounted(text)
    try:
        return Pattern(text)
    except DataError as error:
        raise DataError(f"{rule.file}: rule {rule.id}: {error}") from error


class RuleSet:
    """All rules, asked by field and value. Answers for short values are remembered."""

    def __init__(self, rules: Iterable[Rule], vocabulary: Vocabulary) -> None:
        by_field: dict[str, list[Rule]] = {}
        for rule in rules:
            by_field.setdefault(rule.field, []).append(rule)
        self._fields = {
            field: _FieldIndex(group, percent=vocabulary.is_percent(field))
            for field, group in by_field.items()
        }
        self._cache: dict[tuple[str, str], tuple[Hit, ...]] = {}

    @property
    def fields(self) -> frozenset[str]:
        """Fields that at least one rule asks for."""
        return frozenset(self._fields)

    def prepare(self) -> None:
        """Compile everything now; DataError names the first rule that RE2 refuses."""
        for index in self._fields.values():
            index.prepare()

    def search(self, field: str, value: str) -> tuple[Hit, ...]:
        """Every rule that matches, without the memory of earlier answers."""
        found = self.search_all(field, (value,))
        return found[0] if found else ()

    def search_all(self, field: str, values: Sequence[str]) -> list[tuple[Hit, ...]]:
        """The same of each value; nothing at all where no rule asks for the field."""
        index = self._fields.get(field)
        return [] if index is None else index.search(values)

    def matches(self, field: str, value: str) -> tuple[Hit, ...]:
        """Every rule that matches; a fleet repeats its banners, so answers are kept."""
        if field not in self._fields:
            return ()
        key = (field, value)
        known = self._cache.get(key)
        if known is not None:
            return known
        hits = self.search(field, value)
        if len(value) <= CACHE_VALUE:
            if len(self._cache) >= CACHE_ENTRIES:
                self._cache.clear()
            self._cache[key] = hits
        return hits
