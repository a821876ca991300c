"""The lines of Zeek's ASCII logs that begin with `#`: they alone say what the columns are.

Source: Zeek's documentation of the log format; scripts/base/frameworks/logging/writers/ascii.zeek
(separator, set_separator, empty_field, unset_field).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ESCAPED = re.compile(rb"\\x([0-9a-fA-F]{2})")


class ZeekHeader:
    """What the header lines said so far; a new `#separator` or `#fields` begins anew."""

    def __init__(self) -> None:
        self._begin(b"\t")

    def _begin(self, separator: bytes) -> None:
        self.separator = separator
        self.set_separator = ","
        self.unset = "-"
        self.empty = "(empty)"
        self.path = ""
        self.fields: tuple[str, ...] = ()

    def same(self, other: ZeekHeader) -> bool:
        """Whether lines mean the same after both."""
        return vars(self) == vars(other)

    def learn(self, line: bytes) -> None:
        """Take up one line that begins with `#`; one that says nothing of the columns is passed."""
        line = line.rstrip(b"\r")
        if line.startswith(b"#separator"):
            value = line[len(b"#separator") :].strip(b" ")
            unescaped = _ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), value)
            self._begin(unescaped or b"\t")
            return
        key, _, value = line.partition(self.separator)
        text = value.decode("utf-8", "replace")
        if key == b"#fields":
            self.fields = tuple(text.split(self.separator.decode("latin-1")))
        elif key == b"#path":
            self.path = text
        elif key == b"#set_separator":
            self.set_separator = text or ","
        elif key == b"#unset_field":
            self.unset = text
        elif key == b"#empty_field":
            self.empty = text

    def place(self, field: str) -> int:
        """The number of a column, -1 when the log has none of this name."""
        return self.fields.index(field) if field in self.fields else -1

    def columns(
        self, rows: Sequence[Sequence[str]], columns: Sequence[str]
    ) -> list[tuple[str, ...]]:
        """The texts of some columns of lines; what the log does not have is unset."""
        all_columns = [*zip(*rows, strict=True), (self.unset,) * len(rows)]
        return [all_columns[self.place(column)] for column in columns]

    def items(self, text: str) -> list[str]:
        """The members of a set or vector."""
        if text in (self.unset, self.empty):
            return []
        return text.split(self.set_separator)
