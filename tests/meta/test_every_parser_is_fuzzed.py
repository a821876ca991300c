"""Every public parse* and decode* of the rooms that read hostile bytes has a fuzz test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("camscan/protocols", "camscan/sources", "camscan/net/neighbour.py")


def _parsers() -> Iterator[tuple[Path, str]]:
    """(source file, function) of each public parser, methods of public classes included."""
    for room in ROOMS:
        path = ROOT / room
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
        for file in files:
            for name in _public_functions(ast.parse(file.read_text("utf-8"))):
                if name.startswith(("parse", "decode")):
                    yield file, name


def _public_functions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield inner.name


def _names_used(function: ast.FunctionDef) -> set[str]:
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}


def _fuzzed(test_file: Path) -> set[str]:
    """Every name that a Hypothesis test called test_fuzz_* of this file uses."""
    if not test_file.exists():
        return set()
    used: set[str] = set()
    for node in ast.parse(test_file.read_text("utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_fuzz_"):
            continue
        given = (d.func for d in node.decorator_list if isinstance(d, ast.Call))
        if any(isinstance(func, ast.Name) and func.id == "given" for func in given):
            used |= _names_used(node)
    return used


def test_there_are_parsers() -> None:
    assert len(list(_parsers())) > 10


@pytest.mark.parametrize(
    ("file", "name"),
    [pytest.param(file, name, id=f"{file.stem}.{name}") for file, name in _parsers()],
)
def test_every_parser_is_fuzzed(file: Path, name: str) -> None:
    inside = file.relative_to(ROOT / "camscan")
    test_file = ROOT / "tests" / inside.parent / f"test_{inside.name}"
    assert name in _fuzzed(test_file), (
        f"{inside}: {name}() reads bytes of strangers; add a Hypothesis test named test_fuzz_* "
        f"that calls it to {test_file.relative_to(ROOT)}"
    )
