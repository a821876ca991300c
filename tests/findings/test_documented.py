"""Sections of docs/findings.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from camscan.findings import documented as module
from camscan.findings.documented import documented
from camscan.findings.registry import EXCEPTION_RULES, RULE_FILES


def test_every_rule_has_a_section_that_stands_alone() -> None:
    for rule in {*RULE_FILES, *(rule.id for rule in EXCEPTION_RULES)}:
        text = documented(rule)
        assert text, rule
        assert "](" not in text, f"{rule}: a link that leads nowhere outside the documents"
        assert not text.startswith("#")
        assert text[-1] in ".|", rule


def test_a_section_ends_where_the_next_heading_begins() -> None:
    text = documented("telnet-open")
    assert text is not None
    assert text.startswith("A camera or recorder greets by Telnet")
    assert "DESCRIBE" not in text
    assert documented("of-tomorrow") is None
    assert documented("Verdicts") is not None


def test_without_the_documents_there_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_page", lambda: tmp_path / "findings.md")
    module._sections.cache_clear()
    assert documented("telnet-open") is None
    module._sections.cache_clear()
