"""Imports point only downwards, and only where the architecture allows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import camscan

ROOT = Path(camscan.__file__).parent

# From the top down: a room may import itself and whatever stands after it.
ORDER = (
    "cli",
    "engine",
    "report",
    "findings",
    "egress",
    "inventory",
    "lists",
    "discovery",
    "probes",
    "sources",
    "net",
    "matching",
    "protocols",
    "authority",
    "scope",
    "config",
    "model",
    "errors",
)
LAB_MAY_IMPORT = {"lab", "model", "protocols", "net", "errors"}

NETWORK_MODULES = (
    "socket",
    "socketserver",
    "http.client",
    "http.server",
    "urllib.request",
    "ftplib",
    "smtplib",
    "xmlrpc",
)
# The only files that may import a module with sockets in it, beside net/ and lab/.
ONE_PLACE = {
    "scapy": {"net/scapy_bridge.py"},
    "nmap": {"net/nmap_bridge.py"},
}


def files() -> list[Path]:
    return sorted(p for p in ROOT.rglob("*.py") if "_data" not in p.parts)


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Absolute names imported, and whether that happens for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typed = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typed
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or "", id(node) in typed


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    for name, _ in imports(path):
        parts = name.split(".")
        if parts[0] != "camscan" or len(parts) == 1:
            continue
        there = parts[1]
        if here == "lab":
            assert there in LAB_MAY_IMPORT, f"{path}: lab may not import {name}"
        elif there == "lab":
            assert here == "cli", f"{path}: only cli imports lab"
        else:
            assert ORDER.index(here) <= ORDER.index(there), f"{path} imports upwards: {name}"


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_net_and_lab_open_sockets(path: Path) -> None:
    if room(path) in {"net", "lab"}:
        return
    for name, _ in imports(path):
        assert not f"{name}.".startswith(tuple(f"{m}." for m in NETWORK_MODULES)), (
            f"{path} imports {name}"
        )
    source = path.read_text(encoding="utf-8")
    for word in (
        "open_connection(",
        "create_connection(",
        "create_datagram_endpoint(",
        "start_server(",
    ):
        assert word not in source, f"{path} opens a connection of its own: {word}"


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_gpl_libraries_are_imported_in_one_place(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    for name, _ in imports(path):
        allowed = ONE_PLACE.get(name.split(".")[0])
        assert allowed is None or where in allowed, f"{where} imports {name}"


LINUX_ONLY = {"fcntl", "resource", "termios", "pwd", "grp", "syslog"}


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_linux_only_modules_stay_inside_functions_of_net_and_lab(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(n) for n in tree.body}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in LINUX_ONLY:
                assert room(path) in {"net", "lab"}, f"{path} imports {name}"
                assert id(node) not in top, f"{path} imports {name} at import time"


def test_no_vague_module_names() -> None:
    vague = {"utils.py", "helpers.py", "misc.py", "common_utils.py"}
    assert not [p for p in files() if p.name in vague]


def test_large_files_say_why() -> None:
    for path in files():
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > 500:
            head = "\n".join(lines[:12])
            assert "lines because" in head, (
                f"{path} has {len(lines)} lines and no reason at its top"
            )
