"""Every module has a test file of its own name, and every test file a module."""

from __future__ import annotations

from pathlib import Path

import camscan

ROOT = Path(camscan.__file__).parent
TESTS = Path(__file__).parent.parent

# Modules without a test file of their own, each with the file that covers it. May only shrink.
COVERED_ELSEWHERE: dict[str, str] = {
    # Data without behaviour: their shape is what the JSON contract is tested for.
    "model/contact.py": "report/test_contacts.py",
    "model/conversation.py": "report/test_json.py",
    "model/coverage.py": "report/test_json.py",
    "model/flow.py": "sources/flows/test_table.py",
    "sources/counter.py": "sources/flows/test_packet_counter.py",
    "sources/flows/record.py": "sources/flows/test_join.py",
    "sources/flows/source.py": "sources/flows/test_join.py",
    "model/status.py": "net/test_dialer.py",
}
FREE = ("meta", "peers", "promises", "scenario")
"""Folders of tests about the whole, not about one module."""


def modules() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if path.name not in {"__init__.py", "__main__.py"} and "_data" not in path.parts
    }


def expected(module: str) -> Path:
    path = Path(module)
    return TESTS / path.parent / f"test_{path.name}"


def test_every_module_has_a_test_file() -> None:
    missing = [
        m for m in sorted(modules()) if not expected(m).is_file() and m not in COVERED_ELSEWHERE
    ]
    assert not missing


def test_exceptions_are_needed_and_true() -> None:
    for module, test in COVERED_ELSEWHERE.items():
        assert module in modules(), f"{module} is gone: remove it from the list"
        assert not expected(module).is_file(), f"{module} has its own test: remove it from the list"
        assert (TESTS / test).is_file(), f"{test} does not exist"


def test_every_test_file_has_a_module() -> None:
    known = {expected(m) for m in modules()}
    strays = [
        path
        for path in TESTS.rglob("test_*.py")
        if path not in known and path.relative_to(TESTS).parts[0] not in FREE
    ]
    assert not strays
