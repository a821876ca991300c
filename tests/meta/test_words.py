"""No text about a list, a device or a firmware says more than is known.

The rules of docs/lists.md: a list names a company and not a device, a version in a range was not
tried, and nothing that camscan prints calls a device good or bad.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from camscan.lists.lint import FORBIDDEN

ROOT = Path(__file__).parents[2]
DATA = [
    *(ROOT / "fingerprints/lists").glob("*.toml"),
    *(ROOT / "fingerprints/advisories").glob("*"),
]
CODE = [*(ROOT / "camscan/lists").glob("*.py"), *(ROOT / "camscan/findings").glob("*.py")]
CODE += [ROOT / "camscan/cli/lists.py", ROOT / "camscan/cli/kev.py"]
PAGES = [ROOT / "docs/lists.md", ROOT / "docs/findings.md"]
# The words themselves, where they are looked for.
_THE_LIST = r"\b(?:compliant|"


def texts(path: Path) -> Iterator[str]:
    """Everything a reader may see: of code its strings, of the rest all of it."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield source
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("path", [*DATA, *CODE, *PAGES], ids=lambda path: path.name)
def test_forbidden_words(path: Path) -> None:
    for text in texts(path):
        if text.startswith(_THE_LIST):
            continue
        found = FORBIDDEN.search(text)
        assert found is None, f"{path.name}: {found[0]} in {text[:80]!r}"


def test_the_words_are_found_where_they_stand() -> None:
    for word in ("Compliant", "safe", "banned in the UK", "vulnerable", "backdoor", "Spyware"):
        assert FORBIDDEN.search(f"This is {word}.")
    assert not re.search(FORBIDDEN, "A vulnerability, safely kept, complies.")


def test_every_measure_from_abroad_is_said_not_to_bind_uk_bodies() -> None:
    for path in (ROOT / "fingerprints/lists").glob("*.toml"):
        text = path.read_text("utf-8")
        if "[list]" in text and 'jurisdiction = "GB"' not in text:
            assert re.search(r'outside_uk = "no (?:legal effect on )?UK', text), path.name
