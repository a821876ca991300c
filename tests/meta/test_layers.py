"""Imports point only downwards, and only where the architecture allows them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

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


@cache
def files() -> tuple[Path, ...]:
    return tuple(sorted(p for p in ROOT.rglob("*.py") if "_data" not in p.parts))


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Absolute names imported."""
    found: list[str] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append(node.module or "")
    return tuple(found)


def upwards(here: str, name: str) -> str | None:
    """Why the room `here` may not import `name`, or None."""
    parts = name.split(".")
    if here in {"__init__", "__main__"} or parts[0] != "camscan" or len(parts) == 1:
        return None
    there = parts[1]
    if here == "lab":
        return None if there in LAB_MAY_IMPORT else f"lab may not import {name}"
    if there == "lab":
        return None if here == "cli" else f"only cli imports lab, here {name}"
    return None if ORDER.index(here) <= ORDER.index(there) else f"imports upwards: {name}"


def test_imports_point_downwards() -> None:
    assert len(files()) > 600
    wrong = [(p, why) for p in files() for name in imports(p) if (why := upwards(room(p), name))]
    assert wrong == []


def test_only_net_and_lab_open_sockets() -> None:
    other = [path for path in files() if room(path) not in {"net", "lab"}]
    modules = tuple(f"{name}." for name in NETWORK_MODULES)
    assert [(p, n) for p in other for n in imports(p) if f"{n}.".startswith(modules)] == []
    words = (
        "open_connection(",
        "create_connection(",
        "create_datagram_endpoint(",
        "start_server(",
    )
    assert [(p, word) for p in other for word in words if word in text(p)] == []


def test_gpl_libraries_are_imported_in_one_place() -> None:
    places = [(p.relative_to(ROOT).as_posix(), name) for p in files() for name in imports(p)]
    wrong = [
        (where, name)
        for where, name in places
        if (allowed := ONE_PLACE.get(name.split(".")[0])) is not None and where not in allowed
    ]
    assert wrong == []


LINUX_ONLY = {"fcntl", "resource", "termios", "pwd", "grp", "syslog"}


def test_linux_only_modules_stay_inside_functions_of_net_and_lab() -> None:
    for path in files():
        top = {id(n) for n in tree(path).body}
        for node in ast.walk(tree(path)):
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
        lines = text(path).splitlines()
        if len(lines) > 500:
            head = "\n".join(lines[:12])
            assert "lines because" in head, (
                f"{path} has {len(lines)} lines and no reason at its top"
            )
