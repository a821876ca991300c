"""What the linter finds."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Problem(Struct, frozen=True, kw_only=True):
    """One fault of the data. `rule` is the id of the table, empty for the file itself.

    `code` is stable; `level` warning does not fail the lint.
    """

    file: str
    rule: str
    code: str
    message: str
    level: Literal["error", "warning"] = "error"
