"""TOML text of a new fingerprint file or of one more rule, complete enough to load."""

from __future__ import annotations

import json
from datetime import date

from msgspec import Struct

from camscan.errors import UsageError
from camscan.matching.rule import Kind, Operator

HEADS = {
    Kind.MAKER: "maker",
    Kind.BRAND: "brand",
    Kind.PLATFORM: "platform",
    Kind.SOFTWARE: "software",
}
_WORD_LENGTH = 32


class Draft(Struct, frozen=True, kw_only=True):
    """What a contributor knows: who it is, what was seen, and who says so."""

    kind: Kind
    id: str
    name: str
    country: str
    field: str
    operator: Operator
    value: str
    source: str
    strength: str = "medium"
    device_class: str | None = None
    software_kind: str = "other"
    word: str = ""
    example: str = ""

    @property
    def rule_id(self) -> str:
        """`<file>.<field>.<word>`; the word comes from the value where none is given."""
        return f"{self.id}.{self.field}.{self.word or word_of(self.value)}"


def word_of(value: str) -> str:
    """A lower-case word for an id out of a value as seen; `value` when nothing is left of it."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in value.lower())
    word = "-".join(part for part in kept.split("-") if part)[:_WORD_LENGTH].strip("-")
    return word or "value"


def toml_string(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def head_text(draft: Draft, today: date) -> str:
    """The first table of a new file. UsageError when a firm has no name or country."""
    if not draft.name:
        raise UsageError(f"{draft.id} is new: give its --name")
    rows = [f"id = {toml_string(draft.id)}", f"name = {toml_string(draft.name)}"]
    if draft.kind in (Kind.MAKER, Kind.BRAND):
        if not draft.country:
            raise UsageError(f"{draft.id} is new: give the --country of its head office")
        rows.append(f"country = {toml_string(draft.country.upper())}")
    if draft.kind is Kind.SOFTWARE:
        rows.append(f"kind = {toml_string(draft.software_kind)}")
    rows += [f"reviewed = {today.isoformat()}", f"sources = [{toml_string(draft.source)}]"]
    return "\n".join([f"[{HEADS[draft.kind]}]", *rows]) + "\n"


def rule_text(draft: Draft) -> str:
    """One `[[rule]]`. UsageError without a value or a source."""
    if not draft.value:
        raise UsageError("give the --value that was seen")
    if not draft.source.strip():
        raise UsageError("give a --source: a rule without one does not load")
    asserts = {HEADS[draft.kind]: draft.id}
    if draft.kind is Kind.SOFTWARE:
        asserts = {"platform": draft.id}
    if draft.device_class:
        asserts["class"] = draft.device_class
    said = ", ".join(f"{key} = {toml_string(value)}" for key, value in asserts.items())
    example = draft.example or draft.value
    if draft.operator is Operator.REGEX and not draft.example:
        raise UsageError("a regex needs an --example of a value that it matches")
    return "\n".join(
        (
            "[[rule]]",
            f"id = {toml_string(draft.rule_id)}",
            f"field = {toml_string(draft.field)}",
            f"{draft.operator.value} = {toml_string(draft.value)}",
            f"strength = {toml_string(draft.strength)}",
            f"asserts = {{ {said} }}",
            f"examples = [{toml_string(example)}]",
            f"source = [{toml_string(draft.source)}]",
            "",
        )
    )


def extended(text: str | None, draft: Draft, today: date) -> str:
    """The content of a file with the draft's rule: a new file, or `text` with one more rule."""
    if text is None:
        return f"{head_text(draft, today)}\n{rule_text(draft)}"
    return f"{text.rstrip()}\n\n{rule_text(draft)}"
