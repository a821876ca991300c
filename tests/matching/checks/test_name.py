"""Names of firms."""

from __future__ import annotations

import pytest

from camscan.matching.checks.name import check
from camscan.matching.data import DataRoot
from camscan.matching.load import load

HEAD = "reviewed = 2026-03-01"


@pytest.mark.parametrize(
    ("added", "codes"),
    [
        ('names = ["Acme", "Acme Vision"]\nnames_alone = ["AC"]', []),
        ('names = ["AC"]', ["short-name"]),
        ('names = ["Acme"]\nnames_alone = ["ACME"]', ["duplicate-name"]),
        ('names = ["Bolt-On"]', ["duplicate-name"]),
        ('names = ["Acme"]\nonly = "camera"', []),
        ('names = ["Acme"]\nonly = "cameras"', ["unknown-class"]),
    ],
)
def test_names(make_root, added: str, codes: list[str]) -> None:
    root = make_root(
        {
            "makers/acme.toml": (HEAD, f"{HEAD}\n{added}"),
            "makers/bolt.toml": (
                "reviewed = 2026-04-01",
                'reviewed = 2026-04-01\nnames = ["Bolt On"]',
            ),
        }
    )
    assert [problem.code for problem in check(load(DataRoot(base=root)))] == codes
