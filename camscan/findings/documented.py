"""What docs/findings.md says of a rule, for reports that show it beside a finding."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

_HEADING = re.compile(r"^## (\S+)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]*\)")


def documented(rule: str) -> str | None:
    """The section about a rule as Markdown, without its heading; None for one that has none.

    Links to other pages are their text alone: they lead nowhere outside the documents.
    """
    return _sections().get(rule)


@cache
def _sections() -> dict[str, str]:
    page = _page()
    if not page.is_file():
        return {}
    _, *parts = _HEADING.split(page.read_text("utf-8"))
    texts = (_LINK.sub(r"\1", text).strip() for text in parts[1::2])
    return dict(zip(parts[::2], texts, strict=True))


def _page() -> Traversable:
    packaged = resources.files("camscan").joinpath("_data", "docs", "findings.md")
    if packaged.is_file():
        return packaged
    return Path(__file__).resolve().parents[2] / "docs" / "findings.md"
