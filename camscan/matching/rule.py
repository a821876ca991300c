"""One fingerprint rule: a field, a matcher, what a match asserts and who says so."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from msgspec import Struct

from camscan.errors import DataError

Word: TypeAlias = Literal["strong", "medium", "weak"]
Attribute: TypeAlias = Literal[
    "maker", "brand", "platform", "class", "model", "firmware", "serial", "mac"
]
CAPTURES = frozenset({"brand", "model", "firmware", "serial", "mac"})


class Kind(StrEnum):
    """The folder whose file a rule stands in; what may be asserted depends on it."""

    MAKER = "makers"
    BRAND = "brands"
    PLATFORM = "platforms"
    SOFTWARE = "software"


class Operator(StrEnum):
    """Matchers, simplest first; all are case-sensitive."""

    EQUALS = "equals"
    PREFIX = "prefix"
    CONTAINS = "contains"
    REGEX = "regex"


class Example(Struct, frozen=True):
    """A value as seen and what the rule must capture from it."""

    text: str
    captures: dict[str, str]


class Rule(Struct, frozen=True, kw_only=True):
    """A loaded rule. `owner` is the id of its file; `strengths` has a word per attribute.

    `alone` false: its claims weigh nothing until another group of fields says the same.
    """

    id: str
    kind: Kind
    owner: str
    file: str
    field: str
    operator: Operator
    text: str
    strength: Word
    strengths: dict[str, Word]
    asserts: dict[str, str]
    editable: bool
    alone: bool
    examples: tuple[Example, ...]
    not_examples: tuple[str, ...]
    source: tuple[str, ...]
    note: str

    def word(self, attribute: str) -> Word:
        """The strength with which this rule asserts `attribute`."""
        return self.strengths.get(attribute, self.strength)


class RuleTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[rule]]` as it is written."""

    id: str
    field: str
    strength: Word
    equals: str | None = None
    prefix: str | None = None
    contains: str | None = None
    regex: str | None = None
    strengths: dict[Attribute, Word] = {}
    asserts: dict[Attribute, str] = {}
    editable: bool = False
    alone: bool = True
    examples: tuple[str | dict[str, str], ...] = ()
    not_examples: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""


def examples_of(
    where: str, given: tuple[str | dict[str, str], ...], keys: frozenset[str]
) -> tuple[Example, ...]:
    """Examples with their expected captures; DataError for a key that is not in `keys`."""
    found = []
    for entry in given:
        if isinstance(entry, str):
            found.append(Example(entry, {}))
            continue
        captures = {key: value for key, value in entry.items() if key != "text"}
        if "text" not in entry:
            raise DataError(f"{where}: an example has no `text`")
        if unknown := sorted(set(captures) - keys):
            raise DataError(f"{where}: an example expects `{unknown[0]}`, which nothing captures")
        found.append(Example(entry["text"], captures))
    return tuple(found)


def require_proof(where: str, examples: tuple[object, ...], source: tuple[str, ...]) -> None:
    """DataError without an example or without a source: such data does not load."""
    if not examples:
        raise DataError(f"{where}: no example; give at least one value as seen")
    if not source or not all(entry.strip() for entry in source):
        raise DataError(f"{where}: no source; say who published it")


def build_rule(table: RuleTable, *, kind: Kind, owner: str, file: str) -> Rule:
    """The rule of a table; DataError when it has no single matcher, example or source."""
    where = f"{file}: rule {table.id}"
    given = [
        (operator, text)
        for operator in Operator
        if (text := getattr(table, operator.value)) is not None
    ]
    if len(given) != 1:
        raise DataError(f"{where}: give exactly one of equals, prefix, contains, regex")
    operator, text = given[0]
    if not text:
        raise DataError(f"{where}: `{operator.value}` is empty and would match anything")
    require_proof(where, table.examples, table.source)
    return Rule(
        id=table.id,
        kind=kind,
        owner=owner,
        file=file,
        field=table.field,
        operator=operator,
        text=text,
        strength=table.strength,
        strengths={str(key): word for key, word in table.strengths.items()},
        asserts={str(key): value for key, value in table.asserts.items()},
        editable=table.editable,
        alone=table.alone,
        examples=examples_of(where, table.examples, CAPTURES),
        not_examples=table.not_examples,
        source=table.source,
        note=table.note,
    )
